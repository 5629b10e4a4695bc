using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Gates.Decision.Controls;
using ControlPlane.Grains.Gates.Decision.Office;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Storage.Trust;
using ControlPlane.Grains.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Storage;

namespace ControlPlane.Grains.Tests.Gates.Decision;

public sealed class ControlsStoreTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));
    private readonly FakeRow<GateControlsState> _row = new();
    private readonly ControlState _state;
    private readonly StoreDoubt _doubt;
    private readonly ControlsStore _store;
    private int _left;

    public ControlsStoreTests()
    {
        var context = new GateContext(new FakeRow<GateLeaseState>(), _row, new PolicyOptions(), new GateOptions(), null!, _time, NullLogger.Instance);
        _state = new(_time);
        _doubt = new(context, new StoreWitness(new NoWitnessFile(), NullLogger<StoreWitness>.Instance), new NoStoreIdentity());
        _doubt.TakeOver();
        _store = new(context, _state, _doubt, () => _left++);
    }

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task TakeOver_AKillThatTheRowLacks_IsEngagedAndWritten_AndAReleasedOneIsNot()
    {
        var (pending, released) = (Order(), Order());
        _row.State.Taken = [released.Id];
        await _store.TakeOverAsync(new Pending(pending, released));
        Assert.Equal((true, true), (_state.Kill.Engaged, _state.Kills.IsDurable(pending.Id)));
        Assert.Equal([pending.Id], _row.State.Engaged);
        Assert.Equal((_doubt.Epoch, 1), (_row.State.Epoch, _row.Writes));
    }

    [Fact]
    public async Task TakeOver_ARowOfAnUnsettledRelease_IsEngaged()
    {
        _row.State.Unsettled = true;
        await _store.TakeOverAsync(new Pending());
        Assert.True(_row.State.Kill.Engaged);
        Assert.Single(_row.State.Engaged);
    }

    [Fact]
    public async Task TakeOver_TheWriteFails_Throws()
    {
        _row.BeforeWrite = FakeRow<GateControlsState>.Refuse;
        await Assert.ThrowsAsync<InconsistentStateException>(() => _store.TakeOverAsync(new Pending()));
    }

    [Fact]
    public async Task Write_TheVersionIsAnother_ReadsItAndWritesOverIt()
    {
        var refused = 0;
        _row.BeforeWrite = () => refused++ == 0 ? FakeRow<GateControlsState>.Refuse() : Task.CompletedTask;
        _row.Stored = () => new GateControlsState { Fence = 3 };
        Assert.True(await WriteAsync(fence: 7));
        Assert.Equal((1, 1, 7, 0), (_row.Reads, _row.Writes, _row.State.Fence, _left));
    }

    [Fact]
    public async Task Write_TheAnswerIsLost_IsNotDone_AndTheRowIsReadBeforeTheNextOne()
    {
        _row.AfterWrite = () => Task.FromException(new TimeoutException("Lost."));
        Assert.False(await WriteAsync(fence: 7));
        Assert.Equal(0, _row.Reads);
        _row.AfterWrite = () => Task.CompletedTask;
        Assert.True(await WriteAsync(fence: 7));
        Assert.Equal((1, 7), (_row.Reads, _row.State.Fence));
        Assert.True(await WriteAsync(fence: 8));
        Assert.Equal(1, _row.Reads);
    }

    [Fact]
    public async Task Write_ALaterGateHasWrittenTheRow_LeavesOfficeAndWritesNothing()
    {
        _row.BeforeWrite = FakeRow<GateControlsState>.Refuse;
        _row.Stored = () => new GateControlsState { Epoch = _doubt.Epoch + 1 };
        Assert.False(await WriteAsync(fence: 7));
        Assert.Equal((1, 0), (_left, _row.Writes));
    }

    [Fact]
    public async Task Write_NothingToWriteAnyMore_IsNotDone()
    {
        Assert.False(await _store.WriteAsync(() => null));
        Assert.Equal(0, _row.Writes);
    }

    [Fact]
    public async Task Write_WhileAnotherIsUnderWay_AsksForItsRowAfterIt()
    {
        var disk = new TaskCompletionSource();
        _row.BeforeWrite = () => disk.Task;
        var (first, asked) = (WriteAsync(fence: 7), false);
        var second = _store.WriteAsync(() =>
        {
            asked = true;
            return (_state.Kills.Row, 8);
        });
        Assert.False(asked);
        disk.SetResult();
        Assert.True(await first && await second);
        Assert.Equal((2, 8), (_row.Writes, _row.State.Fence));
    }

    [Fact]
    public async Task WriteUnchanged_AfterALostAnswer_ThrowsAndWritesNothing()
    {
        _row.AfterWrite = () => Task.FromException(new TimeoutException("Lost."));
        await Assert.ThrowsAsync<TimeoutException>(_store.WriteUnchangedAsync);
        await Assert.ThrowsAsync<InconsistentStateException>(_store.WriteUnchangedAsync);
        Assert.Equal(1, _row.Writes);
        _store.VersionKnown();
        _row.AfterWrite = () => Task.CompletedTask;
        await _store.WriteUnchangedAsync();
        Assert.Equal(2, _row.Writes);
    }

    private Task<bool> WriteAsync(long fence) => _store.WriteAsync(() => (_state.Kills.Row, fence));

    private KillOrder Order() => new(Guid.NewGuid(), null, "test", Caller.System(""), _time.GetUtcNow());

    private sealed class Pending(params KillOrder[] orders) : IPendingKills
    {
        public ImmutableArray<KillOrder> For(string? botId) => [.. orders];
    }
}
