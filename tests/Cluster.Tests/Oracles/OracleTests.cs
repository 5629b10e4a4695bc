namespace ControlPlane.Cluster.Tests.Oracles;

/// <summary>An oracle that finds nothing proves nothing: each promise is broken once.</summary>
public sealed class OracleTests
{
    private static readonly Committed[] s_committed = [new(1, 5, true), new(1, 9, false), new(2, 4, true)];

    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(3);

    [Fact]
    public void HonestLog_BreaksNothing() => Assert.Empty(Oracle.Replay(
        [Seen(1, 2, false, 1), Seen(1, 5, true, 2), Seen(1, 8, true, 3), Seen(1, 9, false, 4), Seen(2, 1, false, 5), Seen(2, 4, true, 8)],
        s_committed,
        [new ClosedStretch("killed", At(4), At(7))],
        s_lease));

    [Theory]
    [InlineData(1, 4)]
    [InlineData(1, 9)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    public void OpenThatNothingCommittedOpened_IsFound(long epoch, long version) =>
        Assert.Single(Oracle.Replay([Seen(epoch, version, true, 1)], s_committed, [], s_lease));

    [Fact]
    public void OpenAfterAKillAnswered_IsFound() =>
        Assert.Contains("killed", Assert.Single(Oracle.Replay([Seen(1, 6, true, 5)], s_committed, [new ClosedStretch("killed", At(4), At(7))], s_lease)), StringComparison.Ordinal);

    [Theory]
    [InlineData(2, 4, 1, 6)]
    [InlineData(1, 7, 1, 6)]
    public void PositionThatGoesBack_IsFound(long epoch, long version, long thenEpoch, long thenVersion) =>
        Assert.Single(Oracle.Replay([Seen(epoch, version, true, 1), Seen(thenEpoch, thenVersion, true, 2)], s_committed, [], s_lease));

    [Fact]
    public void AnswersThatCrossed_AreNoGoingBack() => Assert.Empty(Oracle.Replay(
        [new Sighting("a", null, 2, 4, true, At(1), At(3)), new Sighting("a", null, 1, 6, true, At(2), At(4))], s_committed, [], s_lease));

    [Theory]
    [InlineData(5.5, 0)]
    [InlineData(6.5, 1)]
    public void OldEpochOpenALeaseAfterANewerOneWasHeardOf_IsFound(double at, int found) => Assert.Equal(
        found,
        Oracle.Replay([new Sighting("a", null, 2, 4, true, At(3), At(3)), new Sighting("b", null, 1, 6, true, At(at), At(at))], s_committed, [], s_lease).Count);

    [Fact]
    public void PositionCommittedTwice_IsFound() => Assert.Single(Oracle.Replay([], [.. s_committed, new Committed(1, 5, false)], [], s_lease));

    [Theory]
    [InlineData("a", "x/1", 1, 1)]
    [InlineData("b", "x/1", 1, 0)]
    [InlineData("a", "x/2", 1, 0)]
    [InlineData("a", "x/1", 2, 0)]
    public void ClosedStretch_HoldsForItsNodeItsBotAndItsEpochs(string node, string bot, long epoch, int found) => Assert.Equal(
        found,
        Oracle.Replay(
            [new Sighting(node, bot, epoch, 5, true, At(5), At(5))], s_committed, [new ClosedStretch("cut off", At(4), At(7)) { Node = "a", Bot = "x/1", UpToEpoch = 1 }], s_lease).Count);

    [Fact]
    public void PushUnderWayWhenAKillAnswered_IsNoBreach_AndALaterOneIs() => Assert.Single(Oracle.Replay(
        [Seen(1, 6, true, 4.9) with { Pushed = true }, Seen(1, 6, true, 5.1) with { Pushed = true }], s_committed, [new ClosedStretch("killed", At(4), At(7))], s_lease));

    private static Sighting Seen(long epoch, long version, bool open, double at) => new("a", null, epoch, version, open, At(at), At(at) + TimeSpan.FromMilliseconds(5));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
