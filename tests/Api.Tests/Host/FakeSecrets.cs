using System.Collections.Concurrent;
using ControlPlane.Grains.Secrets;

namespace ControlPlane.Api.Tests.Host;

internal sealed class FakeSecrets : ISecretSource, ISecretRegistry
{
    private readonly ConcurrentDictionary<string, string> _values = new();
    private long _version;

    public event Action? Changed;

    public long Version => Interlocked.Read(ref _version);

    public ConcurrentDictionary<string, string> Registered { get; } = new();

    public Secret? Find(string name) => _values.TryGetValue(name, out var value) ? new Secret(value) : null;

    public void Set(string name, string? value)
    {
        if (value is null) _values.TryRemove(name, out _);
        else _values[name] = value;
        Interlocked.Increment(ref _version);
        Changed?.Invoke();
    }

    public void Register(string name, string value) => Registered[name] = value;
}
