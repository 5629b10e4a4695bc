using System.Collections.Concurrent;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Tests.Host;

/// <summary>The board of changes: tests post on it, and a node that waits is answered at once.</summary>
internal sealed class FakeChangeFeed : IChangeFeedGrain
{
    private readonly Guid _activation = Guid.NewGuid();
    private readonly ConcurrentQueue<ChangedSubjects> _posted = new();
    private readonly SemaphoreSlim _any = new(0);
    private long _position;

    public Task Changed(ChangedSubjects subjects)
    {
        _posted.Enqueue(subjects);
        _any.Release();
        return Task.CompletedTask;
    }

    public async Task<ChangeNotice> WaitForChanges(ChangeRequest request)
    {
        if (request.Activation != _activation) return new(_activation, _position, true, ChangedSubjects.None);
        await _any.WaitAsync();
        return _posted.TryDequeue(out var subjects) ? new(_activation, ++_position, false, subjects) : new(_activation, _position, false, ChangedSubjects.None);
    }
}
