using ControlPlane.Contracts;
using ControlPlane.Dashboard.Feed;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Dashboard.Tests.Feed;

public sealed class FeedStoreTests
{
    private readonly FakeTimeProvider _time = new(Rows.Now);
    private readonly FeedStore _store;
    private int _gaps;

    public FeedStoreTests()
    {
        _store = new FeedStore(_time);
        _store.Gapped += () => _gaps++;
        _store.BeginSubscribe();
        _store.Load(Rows.Snapshot(Rows.Integration("polygon"), Rows.Integration("oanda")));
    }

    [Fact]
    public void Message_InSequence_IsApplied()
    {
        _store.Take(new HubIntegration("s1", 11, Rows.Integration("polygon", ProviderState.Degraded)));
        Assert.Equal(ProviderState.Degraded, _store.Integrations["polygon"].State);
        Assert.Equal(0, _gaps);
    }

    [Fact]
    public void Message_AfterAGap_IsNotApplied_AndAsksForASnapshot()
    {
        _store.Take(new HubIntegration("s1", 12, Rows.Integration("polygon", ProviderState.Degraded)));
        Assert.Equal(ProviderState.Connected, _store.Integrations["polygon"].State);
        Assert.Equal(1, _gaps);
    }

    [Fact]
    public void Bots_UnreadableAfterTheSnapshot_AreMissing_UntilAStatusNamesThemNoMore()
    {
        Assert.Null(_store.Missing("bots"));
        _store.Take(new HubSystem("s1", 11, Rows.System() with { Unavailable = [new UnavailableRow("bots", "CONTROL_PLANE_UNREACHABLE", Rows.Now)] }));
        Assert.Equal("CONTROL_PLANE_UNREACHABLE", _store.Missing("bots")?.Code);
        _store.Take(new HubSystem("s1", 12, Rows.System()));
        Assert.Null(_store.Missing("bots"));
    }

    [Fact]
    public void Message_OfAnotherStream_IsIgnored()
    {
        _store.Take(new HubIntegration("s0", 11, Rows.Integration("polygon", ProviderState.Degraded)));
        Assert.Equal(ProviderState.Connected, _store.Integrations["polygon"].State);
        Assert.Equal(0, _gaps);
    }

    [Fact]
    public void Beat_AheadOfTheLastMessage_IsAGap()
    {
        var beats = 0;
        _store.Beaten += () => beats++;
        _store.Take(new HubHeartbeat("s1", 11, 1, 1, 3000, null, Rows.Now));
        Assert.Equal((1, 0), (_gaps, beats));
    }

    [Fact]
    public void Message_BeforeItsSnapshot_IsAppliedAfterIt()
    {
        _store.BeginSubscribe();
        _store.Take(new HubIntegration("s2", 1, Rows.Integration("polygon", ProviderState.Degraded)));
        _store.Load(new HubSnapshot("s2", 0, Rows.System(), [Rows.Integration("polygon")], [], []));
        Assert.Equal(ProviderState.Degraded, _store.Integrations["polygon"].State);
        Assert.Equal(0, _gaps);
    }

    [Fact]
    public void Load_OfEqualRows_KeepsTheirReference_AndCountsTheOthers()
    {
        var polygon = _store.Integrations["polygon"];
        var changed = _store.Load(Rows.Snapshot(Rows.Integration("polygon"), Rows.Integration("openai")));
        Assert.Same(polygon, _store.Integrations["polygon"]);

        // One is new and one is gone.
        Assert.Equal(2, changed);
        Assert.False(_store.Integrations.ContainsKey("oanda"));
    }

    [Fact]
    public void Usage_ThatCouldNotBeRead_LeavesNoOldFigure()
    {
        _store.Take(new HubUsage("s1", 11, Rows.Usage("polygon", 42)));
        Assert.Equal(42, _store.Integrations["polygon"].ProofOfUseCount24h);
        _store.Take(new HubUsage("s1", 12, Rows.Usage("polygon", null)));
        Assert.Null(_store.Integrations["polygon"].ProofOfUseCount24h);
        Assert.Equal("proof_of_use_count_24h", Assert.Single(_store.Integrations["polygon"].Unavailable).Field);
    }

    [Fact]
    public void Status_HoldsAsLongAsTheBeatSays_AndNoLonger()
    {
        _time.Advance(TimeSpan.FromMilliseconds(2999));
        Assert.True(_store.StatusHolds);
        _store.Take(new HubHeartbeat("s1", 10, 1, 1, 2000, null, Rows.Now));
        _time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.True(_store.StatusHolds);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(_store.StatusHolds);
        _store.Take(new HubHeartbeat("s1", 10, 1, 1, 0, null, Rows.Now));
        Assert.False(_store.StatusHolds);
    }
}
