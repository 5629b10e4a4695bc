namespace ControlPlane.Cluster.Tests.Oracles;

/// <summary>An oracle that finds nothing proves nothing: each promise is broken once.</summary>
public sealed class OracleTests
{
    private static readonly Committed[] s_committed = [new(1, 5, true), new(1, 9, false), new(2, 4, true)];

    [Fact]
    public void HonestLog_BreaksNothing() => Assert.Empty(Oracle.Replay(
        [Seen(1, 2, false, 1), Seen(1, 5, true, 2), Seen(1, 8, true, 3), Seen(1, 9, false, 4), Seen(2, 1, false, 5), Seen(2, 4, true, 8)],
        s_committed,
        [new ClosedStretch("killed", At(4), At(7))]));

    [Theory]
    [InlineData(1, 4)]
    [InlineData(1, 9)]
    [InlineData(2, 3)]
    [InlineData(3, 1)]
    public void OpenThatNothingCommittedOpened_IsFound(long epoch, long version) =>
        Assert.Single(Oracle.Replay([Seen(epoch, version, true, 1)], s_committed, []));

    [Fact]
    public void OpenAfterAKillAnswered_IsFound() =>
        Assert.Contains("killed", Assert.Single(Oracle.Replay([Seen(1, 6, true, 5)], s_committed, [new ClosedStretch("killed", At(4), At(7))])), StringComparison.Ordinal);

    [Theory]
    [InlineData(2, 4, 1, 6)]
    [InlineData(1, 7, 1, 6)]
    public void PositionThatGoesBack_IsFound(long epoch, long version, long thenEpoch, long thenVersion) =>
        Assert.Single(Oracle.Replay([Seen(epoch, version, true, 1), Seen(thenEpoch, thenVersion, true, 2)], s_committed, []));

    [Fact]
    public void AnswersThatCrossed_AreNoGoingBack() => Assert.Empty(Oracle.Replay(
        [new Sighting("a", null, 2, 4, true, At(1), At(3)), new Sighting("a", null, 1, 6, true, At(2), At(4))], s_committed, []));

    private static Sighting Seen(long epoch, long version, bool open, double at) => new("a", null, epoch, version, open, At(at), At(at) + TimeSpan.FromMilliseconds(5));

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
