using System.Collections.Concurrent;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Tests.Host;

internal sealed class FakeEndedSessions : IEndedSessionsGrain
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new();

    public bool Unwritable { get; set; }
    public bool EndFails { get; set; }
    public Exception? Unreachable { get; set; }

    public Task<bool> EndAll(DateTimeOffset expiresUpTo) => Task.FromResult(true);

    public Task<bool> IsEnded(string sessionId, DateTimeOffset expiresAt) => Unreachable is { } exception ? throw exception : Task.FromResult(_ended.ContainsKey(sessionId));

    public Task<bool> End(string sessionId, DateTimeOffset expiresAt)
    {
        if (EndFails) throw new TimeoutException();
        if (!Unwritable) _ended[sessionId] = expiresAt;
        return Task.FromResult(!Unwritable);
    }
}
