using System.Collections.Concurrent;
using ControlPlane.Api.Cluster;

namespace ControlPlane.Api.Session;

/// <summary>Asks the cluster for every session, so that one that was ended anywhere is refused everywhere from then on.
/// While the cluster does not answer, no session can be revoked either. A session that was confirmed here within 60 s keeps read-only access. A
/// bearer token needs none of this.</summary>
internal sealed partial class ClusterRevocations(IGrainFactory grains, AdaptiveReadTimeout timeout, TimeProvider time, ILogger<ClusterRevocations> logger)
    : ISessionRevocations
{
    /// <summary>How long a confirmed session may look while the cluster does not answer: a silo's death must not sign everybody out.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private const int MaxRemembered = 10_000;
    private readonly ConcurrentDictionary<string, long> _confirmed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _endedHere = new(StringComparer.Ordinal);

    public async ValueTask<bool> HoldsAsync(string sessionId, DateTimeOffset expiresAt, bool strictly, CancellationToken cancellationToken)
    {
        if (_endedHere.ContainsKey(sessionId)) return false;
        try
        {
            var askedAt = time.GetTimestamp();
            var ended = await timeout.Wait(grains.EndedSessions().IsEnded(sessionId, expiresAt));
            if (ended) _confirmed.TryRemove(sessionId, out _);
            else Confirm(sessionId, askedAt);
            return !ended;
        }
        catch (Exception exception)
        {
            LogUnknown(logger, exception);
            return !strictly && _confirmed.TryGetValue(sessionId, out var at) && time.GetElapsedTime(at) < Grace && !_endedHere.ContainsKey(sessionId);
        }
    }

    public async ValueTask<bool> RevokeAsync(string sessionId, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var (id, end) in _endedHere)
        {
            if (end <= now) _endedHere.TryRemove(id, out _);
        }

        _endedHere[sessionId] = expiresAt;
        _confirmed.TryRemove(sessionId, out _);
        try
        {
            return await timeout.Wait(grains.EndedSessions().End(sessionId, expiresAt));
        }
        catch (Exception exception)
        {
            LogNotEnded(logger, exception);
            return false;
        }
    }

    private void Confirm(string sessionId, long askedAt)
    {
        if (_confirmed.Count >= MaxRemembered)
        {
            foreach (var (id, at) in _confirmed)
            {
                if (time.GetElapsedTime(at) >= Grace) _confirmed.TryRemove(id, out _);
            }
        }

        if (_confirmed.Count < MaxRemembered || _confirmed.ContainsKey(sessionId)) _confirmed[sessionId] = askedAt;
    }

    [LoggerMessage(EventId = EventIds.ClusterRevocationsUnknown, Level = LogLevel.Warning, Message = "The check whether a session was revoked failed. The session may read and change nothing until the check succeeds.")]
    private static partial void LogUnknown(ILogger logger, Exception exception);

    [LoggerMessage(EventId = EventIds.ClusterRevocationsNotEnded, Level = LogLevel.Error, Message = "The end of a session could not be reported to the cluster. It is ended in this process, until this process ends")]
    private static partial void LogNotEnded(ILogger logger, Exception exception);
}
