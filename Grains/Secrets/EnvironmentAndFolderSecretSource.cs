using System.Collections.Frozen;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Secrets;

/// <summary>Secrets of the environment and of a folder, looked at again every <see cref="SecretSourceOptions.PollSeconds"/>.
/// Polling, since file watchers miss link swaps and some file systems have none. A blank variable does not hide a file.</summary>
internal sealed partial class EnvironmentAndFolderSecretSource : ISecretSource, IDisposable
{
    private const int MaxReads = 4;

    private readonly SecretSourceOptions _options;
    private readonly ISecretRegistry _registry;
    private readonly ILogger _logger;
    private readonly SecretFolder? _folder;
    private readonly ITimer _timer;
    private readonly Lock _polling = new();

    // Replaced as a whole, by the thread that holds _polling.
    private volatile Snapshot _current;

    public EnvironmentAndFolderSecretSource(
        SecretSourceOptions options, ISecretRegistry registry, TimeProvider time, ILogger<EnvironmentAndFolderSecretSource> logger)
    {
        _options = options;
        _registry = registry;
        _logger = logger;
        _folder = string.IsNullOrWhiteSpace(options.Directory) ? null : new SecretFolder(options.Directory, logger);
        _current = new Snapshot(Build(ReadSettled(null)), 1) { Misnamed = _folder?.Misnamed ?? [] };
        var period = TimeSpan.FromSeconds(options.PollSeconds);
        _timer = time.CreateTimer(static source => ((EnvironmentAndFolderSecretSource)source!).Poll(), this, period, period);
    }

    public event Action? Changed;

    public long Version => _current.Version;

    public IReadOnlyCollection<string> Names => [.. _current.Values.Keys, .. _current.Misnamed];

    public Secret? Find(string name)
    {
        if (!_current.Values.TryGetValue(name, out var held))
            return null;
        Register(name, held);
        return held.Value;
    }

    /// <summary>Looks now. A poll that is still at it (a slow disk) makes this one return at once.</summary>
    public void Poll()
    {
        if (!_polling.TryEnter())
            return;
        try
        {
            var values = ReadSettled(_current);
            IReadOnlyList<string> misnamed = _folder?.Misnamed ?? [];
            if (Same(values, _current) && misnamed.SequenceEqual(_current.Misnamed))
                return;
            _current = new Snapshot(Build(values), _current.Version + 1) { Misnamed = misnamed };
        }
#pragma warning disable CA1031 // The timer's thread has nobody above it: an exception there would end the process.
        catch (Exception e)
#pragma warning restore CA1031
        {
            FailClosed(e);
        }
        finally
        {
            _polling.Exit();
        }
        RaiseChanged();
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Writers are caught in the middle: what differs from before counts only once two reads agree.</summary>
    private Dictionary<string, string> ReadSettled(Snapshot? before)
    {
        var values = Read();
        for (var reads = 1; reads < MaxReads && (before is null || !Same(values, before)); reads++)
        {
            var again = Read();
            if (Same(values, again))
                return again;
            values = again;
        }
        return values;
    }

    private Dictionary<string, string> Read()
    {
        var values = _folder?.Read() ?? new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, raw) in _options.Environment())
        {
            if (!SecretName.IsValid(name) || !SecretText.TryTrim(raw, out var value))
                continue;
            if (!_options.IgnoreEnvironment(name))
                values[name] = value;
            else if (SecretName.SoundsSecret(name) && _options.IsSecret(name))
                _registry.Register(name, value);
        }

        foreach (var (name, value) in _options.MadeUp)
            values[name] = value;
        return values;
    }

    private FrozenDictionary<string, Held> Build(Dictionary<string, string> values)
    {
        var built = values.ToFrozenDictionary(pair => pair.Key, pair => new Held(new Secret(pair.Value)), StringComparer.Ordinal);
        var environment = _options.Environment();
        foreach (var (name, held) in built)
        {
            if (SecretName.SoundsSecret(name) || !environment.ContainsKey(name))
                Register(name, held);
        }
        return built;
    }

    private void Register(string name, Held held)
    {
        if (held.Registered || !_options.IsSecret(name))
            return;
        _registry.Register(name, held.Value.Reveal());
        held.Registered = true;
    }

    private void FailClosed(Exception e)
    {
        LogPollFailed(_logger, e);
        _current = new Snapshot(FrozenDictionary<string, Held>.Empty, _current.Version + 1);
    }

    private void RaiseChanged()
    {
        foreach (var handler in Delegate.EnumerateInvocationList(Changed))
        {
            try
            {
                handler();
            }
#pragma warning disable CA1031 // One listener's fault is not the others'.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogHandlerFailed(_logger, e);
            }
        }
    }

    private static bool Same(Dictionary<string, string> values, Snapshot snapshot) =>
        values.Count == snapshot.Values.Count
        && values.All(pair => snapshot.Values.TryGetValue(pair.Key, out var held) && string.Equals(held.Value.Reveal(), pair.Value, StringComparison.Ordinal));

    private static bool Same(Dictionary<string, string> a, Dictionary<string, string> b) =>
        a.Count == b.Count && a.All(pair => b.TryGetValue(pair.Key, out var value) && string.Equals(value, pair.Value, StringComparison.Ordinal));

    [LoggerMessage(EventIds.SecretSourcePollFailed, LogLevel.Error, "Reading the secrets failed; all are absent until it works")]
    private static partial void LogPollFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.SecretSourceHandlerFailed, LogLevel.Error, "A listener to changed secrets failed")]
    private static partial void LogHandlerFailed(ILogger logger, Exception exception);

    private sealed record Snapshot(FrozenDictionary<string, Held> Values, long Version)
    {
        public IReadOnlyList<string> Misnamed { get; init; } = [];
    }

    private sealed class Held(Secret value)
    {
        public Secret Value { get; } = value;

        /// <summary>The redactor knows the value. Set after it does, so that a second registration is the worst of a race.</summary>
        public volatile bool Registered;
    }
}
