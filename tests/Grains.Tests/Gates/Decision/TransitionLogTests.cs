using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Decision.Office;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gates.Decision;

public sealed class TransitionLogTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Table _table = new();
    private readonly TransitionLog _log;

    public TransitionLogTests() => _log = new(_table, TimeSpan.FromSeconds(3), _time, NullLogger.Instance);

    [Fact]
    public void RecordLater_TheStoreIsAway_IsWrittenInOrderWhenItIsBack()
    {
        _table.Away = true;
        _log.RecordLater([Row(1), Row(2)]);
        _log.RecordLater([Row(3)]);
        Assert.Empty(_table.Versions);
        _table.Away = false;
        _log.WriteUnwritten();
        Assert.Equal([1, 2, 3], _table.Versions);
        _log.WriteUnwritten();
        Assert.Equal([1, 2, 3], _table.Versions);
    }

    [Fact]
    public void RecordLater_WhileAWriteIsUnderWay_WaitsForIt()
    {
        var disk = _table.Held = new();
        _log.RecordLater([Row(1)]);
        _log.RecordLater([Row(2)]);
        Assert.Equal(1, _table.Calls);
        _table.Held = null;
        disk.SetResult();
        SpinWait.SpinUntil(() => _table.Versions.Count == 2, TimeSpan.FromSeconds(5));
        Assert.Equal([1, 2], _table.Versions);
    }

    [Fact]
    public void RecordLater_TheStoreIsAwayForLong_ForgetsTheOldest()
    {
        _table.Away = true;
        _log.RecordLater([.. Enumerable.Range(1, TransitionLog.MaxUnwritten + 2).Select(Row)]);
        _table.Away = false;
        _log.WriteUnwritten();
        Assert.Equal((TransitionLog.MaxUnwritten, 3), (_table.Versions.Count, _table.Versions[0]));
    }

    [Fact]
    public async Task Append_TheStoreDoesNotAnswer_ThrowsWithinTheLimit()
    {
        _table.Held = new();
        var written = _log.AppendAsync([Row(1)]);
        Assert.False(written.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));
        SpinWait.SpinUntil(() => written.IsCompleted, TimeSpan.FromSeconds(5));
        Assert.True(written.IsCompleted);
        await Assert.ThrowsAsync<TimeoutException>(() => written);
    }

    private static GateTransition Row(int version) => new(DateTimeOffset.UnixEpoch, 1, version, "system", "BLOCKED", "OK", "Test", "test", null, null, null);

    private sealed class Table : ITransitionStore
    {
        public bool Away { get; set; }

        public TaskCompletionSource? Held { get; set; }

        public int Calls { get; private set; }

        public List<long> Versions { get; } = [];

        public async Task AppendAsync(IReadOnlyList<GateTransition> transitions, CancellationToken cancellationToken)
        {
            Calls++;
            if (Away) throw new StoreUnavailableException("Away.");
            if (Held is { } held) await held.Task;
            Versions.AddRange(transitions.Select(t => t.Version));
        }

        public Task<Page<GateTransition>> PageAsync(DateTimeOffset? from, DateTimeOffset? to, int limit, string? before, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<GateTransition?> LastDecisionAsync(DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task MarkPresenceAsync(GatePresence presence, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<GatePresence?> PresenceAsync(DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
