using ControlPlane.Dashboard.Link;

namespace ControlPlane.Dashboard.Tests.Link;

public sealed class LinkPolicyTests
{
    public static TheoryData<bool, double, double?, bool, bool, bool, LinkState> Cases => new()
    {
        // open, since the beat, since the loss, has values, online, session over
        { false, 0, null, false, true, false, LinkState.Connecting },
        { false, 0, null, true, true, false, LinkState.Connecting },
        { true, 0, null, true, true, false, LinkState.Live },
        { true, 2.49, null, true, true, false, LinkState.Live },
        { true, 2.5, null, true, true, false, LinkState.Silent },
        { false, 0, 0, true, true, false, LinkState.Reconnecting },
        { false, 0, 14.9, true, true, false, LinkState.Reconnecting },
        { false, 0, 15, true, true, false, LinkState.Disconnected },
        { false, 0, 1, false, true, false, LinkState.Unreachable },
        { false, 0, 1, true, false, false, LinkState.Offline },

        // Loopback works without a network: what beats is live.
        { true, 1, null, true, false, false, LinkState.Live },
        { true, 1, null, true, true, true, LinkState.SignedOut },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decide_Facts_GiveTheState(bool open, double beat, double? lost, bool values, bool online, bool over, LinkState expected) =>
        Assert.Equal(expected, LinkPolicy.Decide(new LinkFacts(open, TimeSpan.FromSeconds(beat), lost is { } s ? TimeSpan.FromSeconds(s) : null, values, online, over)));

    [Fact]
    public void BeatCounts_LeavesTimeToNotice_BeforeGreenMustBeGone() =>
        Assert.True(LinkPolicy.BeatCounts + LinkMonitor.Interval < LinkPolicy.GreenEnds);
}
