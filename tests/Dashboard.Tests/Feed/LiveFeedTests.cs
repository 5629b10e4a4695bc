using ControlPlane.Contracts;
using ControlPlane.Dashboard.Feed;
using ControlPlane.Dashboard.Link;
using ControlPlane.Dashboard.Session;
using Bunit.TestDoubles;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Dashboard.Tests.Feed;

public sealed class LiveFeedTests : BunitContext
{
    private readonly FakeTimeProvider _time = new(Rows.Now);
    private readonly FakeTransport _transport = new();
    private readonly LiveFeed _feed;
    private readonly List<int> _back = [];

    public LiveFeedTests()
    {
        var client = new SessionClient(new BunitNavigationManager(this));
        _feed = new LiveFeed(_transport, new FeedStore(_time), new LinkMonitor(_time), new SessionState(client, _time), _time);
        _feed.CameBack += _back.Add;
    }

    [Fact]
    public async Task Gap_IsHealedByANewSnapshot_OnTheSameConnection()
    {
        _feed.Start();
        await _transport.SubscribedAsync(1);
        Assert.True(_feed.Link.IsLive);
        _transport.Receiver.Take(new HubIntegration("s1", 99, Rows.Integration("polygon")));
        await _transport.SubscribedAsync(2);
        Assert.Equal(1, _transport.Opened);
        Assert.True(_feed.Link.IsLive);
        Assert.Empty(_back);
        await _feed.DisposeAsync();
    }

    [Fact]
    public async Task Loss_IsNotLiveAtOnce_AndTheReturnCountsWhatChanged()
    {
        _feed.Start();
        await _transport.SubscribedAsync(1);
        _transport.Rows = [Rows.Integration("polygon", ProviderState.Degraded)];
        _transport.Lose();
        await WaitAsync(() => _feed.Link.State == LinkState.Reconnecting);
        Assert.Equal(ProviderState.Connected, _feed.Store.Integrations["polygon"].State);
        _feed.RetryNow();
        await WaitAsync(() => { _feed.RetryNow(); return _feed.Link.IsLive; });
        Assert.Equal([1], _back);
        await _feed.DisposeAsync();
    }

    [Fact]
    public async Task Views_ThatCameAtDifferentTimes_AreDrawnTogether()
    {
        var (first, second) = (new List<DateTimeOffset>(), new List<DateTimeOffset>());
        _feed.Redraw += () => first.Add(_time.GetUtcNow());
        _feed.Store.Load(Rows.Snapshot(Rows.Integration("polygon")));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        _feed.Redraw += () => second.Add(_time.GetUtcNow());
        var since = _time.GetUtcNow();
        for (var i = 0; i < 20; i++)
        {
            _feed.Store.Load(Rows.Snapshot(Rows.Integration("polygon", proofs: i)));
            _time.Advance(TimeSpan.FromMilliseconds(60));
        }

        Assert.NotEmpty(second);
        Assert.Equal(first.Where(at => at >= since), second);
        await _feed.DisposeAsync();
    }

    [Fact]
    public async Task NoBeat_MakesAnOpenLinkSilent_WithinThreeSeconds()
    {
        _feed.Start();
        await _transport.SubscribedAsync(1);
        await WaitAsync(() => _feed.Link.IsLive);
        _time.Advance(TimeSpan.FromMilliseconds(2400));
        Assert.True(_feed.Link.IsLive);
        _time.Advance(TimeSpan.FromMilliseconds(400));
        Assert.Equal(LinkState.Silent, _feed.Link.State);
        Assert.Equal(Rows.Now, _feed.Link.Since);
        await _feed.DisposeAsync();
    }

    // The feed's continuations run on the pool; this polls for what they do.
    private static async Task WaitAsync(Func<bool> condition)
    {
        var end = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end, "It did not come about.");
            await Task.Delay(10);
        }
    }

    private sealed class FakeTransport : IFeedTransport
    {
        private readonly SemaphoreSlim _subscribed = new(0);
        private TaskCompletionSource _lost = new();

        public IFeedReceiver Receiver { get; private set; } = null!;

        public IReadOnlyList<IntegrationRow> Rows { get; set; } = [Tests.Rows.Integration("polygon")];

        public int Opened { get; private set; }

        private int Subscriptions { get; set; }

        public Task<IFeedConnection> OpenAsync(IFeedReceiver receiver, CancellationToken cancellationToken)
        {
            (Receiver, _lost) = (receiver, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            Opened++;
            return Task.FromResult<IFeedConnection>(new Connection(this));
        }

        public void Lose() => _lost.TrySetResult();

        public async Task SubscribedAsync(int times)
        {
            while (Subscriptions < times) Assert.True(await _subscribed.WaitAsync(TimeSpan.FromSeconds(30)));
            await WaitAsync(() => Receiver is not null);
        }

        private sealed class Connection(FakeTransport transport) : IFeedConnection
        {
            public Task Lost => transport._lost.Task;

            public Task<HubSnapshot> SubscribeAsync(CancellationToken cancellationToken)
            {
                transport.Subscriptions++;
                transport._subscribed.Release();
                return Task.FromResult(Tests.Rows.Snapshot([.. transport.Rows]));
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
