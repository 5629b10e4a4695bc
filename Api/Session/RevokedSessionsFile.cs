using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ControlPlane.Api.Hosting;

namespace ControlPlane.Api.Session;

/// <summary>Ended sessions in memory and in an append-only file, one <c>id end</c> a line,
/// which is rewritten without what is over at the first look.
/// While the file can't be read no session holds; a bearer token still does.</summary>
internal sealed partial class RevokedSessionsFile(DataFolder data, TimeProvider time, ILogger<RevokedSessionsFile> logger)
    : ISessionRevocations, IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private readonly string _path = Path.Combine(data.Path, "revoked-sessions");
    private readonly ConcurrentDictionary<string, DateTimeOffset> _revoked = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _file = new(1, 1);
    private long? _lastTry;
    private volatile bool _loaded;

    public async ValueTask<bool> HoldsAsync(string sessionId, CancellationToken cancellationToken)
    {
        if (_revoked.ContainsKey(sessionId)) return false;
        if (!_loaded && !await LoadAsync(cancellationToken)) return false;
        return !_revoked.ContainsKey(sessionId);
    }

    public async ValueTask<bool> RevokeAsync(string sessionId, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        _revoked[sessionId] = expiresAt;
        await _file.WaitAsync(CancellationToken.None);
        try
        {
            data.Create();
            await using var file = Open(_path, FileMode.Append);
            await file.WriteAsync(Encoding.ASCII.GetBytes(Line(sessionId, expiresAt)), CancellationToken.None);
            file.Flush(flushToDisk: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnwritable(logger, exception.GetType().Name);
            return false;
        }
        finally
        {
            _file.Release();
        }
    }

    public void Dispose() => _file.Dispose();

    private async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        await _file.WaitAsync(cancellationToken);
        try
        {
            if (_loaded) return true;
            if (_lastTry is { } last && time.GetElapsedTime(last) < s_retry) return false;
            _lastTry = time.GetTimestamp();
            Load();
            return _loaded = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            LogUnreadable(logger, exception.GetType().Name);
            return false;
        }
        finally
        {
            _file.Release();
        }
    }

    private void Load()
    {
        if (!File.Exists(_path)) return;
        foreach (var line in File.ReadLines(_path)) Take(line);

        // Drops what is over, and what is left of a line whose write failed.
        Rewrite();
    }

    /// <exception cref="InvalidDataException">The line was not written by this list.</exception>
    private void Take(string line)
    {
        var parts = line.Split(' ');
        if (!Base64Url.IsValid(parts[0]) || parts.Length > 2) throw new InvalidDataException("A line is not 'id end'.");

        // A shorter id is the rest of a write that failed and was not acknowledged; without its end it counts as long as any session may.
        if (parts[0].Length < SessionCookie.IdLength) return;
        _revoked[parts[0]] = parts.Length == 2 && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.MaxValue;
    }

    private void Rewrite()
    {
        var now = time.GetUtcNow();
        foreach (var (id, end) in _revoked)
        {
            if (end <= now) _revoked.TryRemove(id, out _);
        }

        var fresh = $"{_path}.new";
        using (var file = Open(fresh, FileMode.Create))
        {
            foreach (var (id, end) in _revoked) file.Write(Encoding.ASCII.GetBytes(Line(id, end)));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, _path, overwrite: true);
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    // The line break in front keeps a line whole when the write before it was cut short.
    private static string Line(string id, DateTimeOffset end) => string.Create(CultureInfo.InvariantCulture, $"\n{id} {end.ToUnixTimeSeconds()}\n");

    [LoggerMessage(EventId = 4110, Level = LogLevel.Error, Message = "The list of ended sessions can't be read ({Failure}): no session holds until it can")]
    private static partial void LogUnreadable(ILogger logger, string failure);

    [LoggerMessage(EventId = 4111, Level = LogLevel.Error, Message = "An ended session could not be written ({Failure}): it is ended until this process ends")]
    private static partial void LogUnwritable(ILogger logger, string failure);
}
