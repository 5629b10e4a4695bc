using System.Collections.Concurrent;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>A verifier that says what the test wants, and counts.</summary>
internal sealed class ScriptedVerifier : IVerifier
{
    private readonly ConcurrentDictionary<string, Func<CancellationToken, Task<VerifyVerdict>>> _scripts = new();
    private int _current;

    public ConcurrentBag<string> Calls { get; } = [];

    /// <summary>Whether a verify made now would log in.</summary>
    public bool WouldLogIn { get; set; }

    public bool LogsIn(VerifyTarget target) => WouldLogIn;

    public int MaxAtOnce { get; private set; }

    public int CallsOf(string provider) => Calls.Count(c => c == provider);

    public void Answer(string provider, VerifyStatus status, TimeSpan? retryAfter = null) =>
        _scripts[provider] = _ => Task.FromResult(new VerifyVerdict(status, status == VerifyStatus.Inconclusive ? null : 200, 5, status == VerifyStatus.Valid ? null : "scripted", $"scripted {status}", null, retryAfter, []) { Environment = "live" });

    /// <summary>The same with more about it.</summary>
    public void Answer(string provider, VerifyStatus status, Func<VerifyVerdict, VerifyVerdict> more)
    {
        Answer(provider, status);
        var plain = _scripts[provider];
        _scripts[provider] = async cancellationToken => more(await plain(cancellationToken));
    }

    public TaskCompletionSource<VerifyVerdict> Hold(string provider)
    {
        var held = new TaskCompletionSource<VerifyVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        _scripts[provider] = _ => held.Task;
        return held;
    }

    public async Task<VerifyVerdict> VerifyAsync(VerifyTarget target, TimeSpan deadline, CancellationToken cancellationToken)
    {
        Calls.Add(target.Provider.Id);
        MaxAtOnce = Math.Max(MaxAtOnce, Interlocked.Increment(ref _current));
        try
        {
            if (_scripts.TryGetValue(target.Provider.Id, out var script)) return await script(cancellationToken);
            return new(VerifyStatus.Valid, 200, 5, null, "ok", null, null, []) { Environment = "live" };
        }
        finally
        {
            Interlocked.Decrement(ref _current);
        }
    }
}

/// <summary>Secrets that a test sets and takes away.</summary>
internal sealed class TestSecrets : ISecretSource
{
    private readonly ConcurrentDictionary<string, string> _values = new();

    public long Version { get; private set; }

    public event Action? Changed;

    public Secret? Find(string name) => _values.TryGetValue(name, out var value) ? new Secret(value) : null;

    public void Set(string name, string? value)
    {
        if (value is null) _values.TryRemove(name, out _);
        else _values[name] = value;
        Version++;
        Changed?.Invoke();
    }
}
