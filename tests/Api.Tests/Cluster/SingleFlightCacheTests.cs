using ControlPlane.Api.Cluster;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Cluster;

public sealed class SingleFlightCacheTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ReadYourWritesVersion _horizon = new();
    private readonly Queue<TaskCompletionSource<string>> _reads = new();
    private readonly SingleFlightCache<string> _shared;
    private int _begun;

    public SingleFlightCacheTests() => _shared = new(
        () =>
        {
            lock (_reads)
            {
                _begun++;
                return (_reads.TryDequeue(out var read) ? read : throw new InvalidOperationException("Nobody expected this read.")).Task;
            }
        },
        _horizon,
        _time);

    private int Begun
    {
        get
        {
            lock (_reads) return _begun;
        }
    }

    [Fact]
    public async Task Fresh_IsShared_AndReadOnce()
    {
        Expect().SetResult("one");
        Assert.Null(_shared.TryTake());
        Assert.Equal("one", await _shared.TakeAsync());
        _time.Advance(SingleFlightCache<string>.Renew - TimeSpan.FromMilliseconds(1));
        Assert.Equal(("one", "one", 1), (_shared.TryTake(), await _shared.TakeAsync(), Begun));
    }

    [Fact]
    public async Task AtTheSameTime_AllWaitForOneRead()
    {
        var read = Expect();
        var all = Enumerable.Range(0, 8).Select(_ => _shared.TakeAsync()).ToArray();
        read.SetResult("one");
        Assert.All(await Task.WhenAll(all), value => Assert.Equal("one", value));
        Assert.Equal(1, Begun);
    }

    [Fact]
    public async Task Age_CountsFromBeforeTheRead_AndTheOldIsNotGiven()
    {
        var slow = Expect();
        var asked = _shared.TakeAsync();
        _time.Advance(SingleFlightCache<string>.Keep);
        slow.SetResult("old");
        Assert.Equal("old", await asked);
        Assert.Null(_shared.TryTake());
        Expect().SetResult("new");
        Assert.Equal("new", await _shared.TakeAsync());
    }

    [Fact]
    public async Task Ageing_IsRenewedBesideThoseWhoAsk()
    {
        Expect().SetResult("one");
        await _shared.TakeAsync();
        _time.Advance(SingleFlightCache<string>.Renew);
        var renewal = Expect();
        Assert.Equal("one", _shared.TryTake());
        renewal.SetResult("two");
        await UntilAsync(() => _shared.TryTake() == "two");
        Assert.Equal(2, Begun);
    }

    [Fact]
    public async Task Horizon_Moved_NothingFromBeforeIsGiven_NotEvenAReadUnderWay()
    {
        var before = Expect();
        var early = _shared.TakeAsync();
        await UntilAsync(() => Begun == 1);
        _horizon.Move();
        Expect().SetResult("after");
        Assert.Equal("after", await _shared.TakeAsync());
        before.SetResult("before");
        Assert.Equal("before", await early);
        Assert.Equal("after", _shared.TryTake());
        _horizon.Move();
        Assert.Null(_shared.TryTake());
    }

    [Fact]
    public async Task Failure_IsEveryWaitersOwn_AndLeavesNothingBehind()
    {
        Expect().SetResult("one");
        await _shared.TakeAsync();
        _time.Advance(SingleFlightCache<string>.Renew);
        Expect().SetException(new TimeoutException());
        Assert.Equal("one", _shared.TryTake());
        await UntilAsync(() => _shared.TryTake() is null);
        Expect().SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(_shared.TakeAsync);
        Expect().SetResult("again");
        Assert.Equal("again", await _shared.TakeAsync());
    }

    [Fact]
    public async Task Hanging_HoldsNobodyUpWhoComesLater()
    {
        var hanging = Expect();
        var first = _shared.TakeAsync();
        await UntilAsync(() => Begun == 1);
        _time.Advance(SingleFlightCache<string>.Keep);
        Expect().SetResult("two");
        Assert.Equal("two", await _shared.TakeAsync());
        hanging.SetResult("one");
        Assert.Equal("one", await first);
        Assert.Equal("two", _shared.TryTake());
    }

    private TaskCompletionSource<string> Expect()
    {
        var read = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_reads) _reads.Enqueue(read);
        return read;
    }

    // Reads run on other threads, on no clock at all.
    private static async Task UntilAsync(Func<bool> so)
    {
        while (!so()) await Task.Delay(1, TestContext.Current.CancellationToken);
    }
}
