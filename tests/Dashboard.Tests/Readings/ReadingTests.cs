using ControlPlane.Contracts;
using ControlPlane.Dashboard.Readings;

namespace ControlPlane.Dashboard.Tests.Readings;

public sealed class ReadingTests
{
    [Fact]
    public void Of_NullWithoutAWordForNone_IsUnavailable()
    {
        var reading = WireReadings.Of<long>(null, "proof_of_use_count_24h", [], Rows.Now);
        Assert.IsType<Reading<long>.Unavailable>(reading);
    }

    [Fact]
    public void Of_NullThatIsNamed_IsUnavailable_ThoughThereIsAWordForNone()
    {
        var reading = WireReadings.Of<long>(null, "x", [new UnavailableRow("x", "DATA_UNAVAILABLE", Rows.Now)], Rows.Now, "Never used");
        Assert.Equal(Rows.Now, Assert.IsType<Reading<long>.Unavailable>(reading).Since);
    }

    [Fact]
    public void Of_Zero_IsKnown() => Assert.Equal(0, Assert.IsType<Reading<long>.Known>(WireReadings.Of<long>(0, "x", [], Rows.Now)).Value);

    [Fact]
    public void Sum_WithGaps_CountsThemApart() => Assert.Equal((7, 2), WireReadings.Sum([3, null, 4, null]));

    [Theory]
    [InlineData(60, Freshness.Fresh)]
    [InlineData(61, Freshness.Stale)]
    [InlineData(300, Freshness.Stale)]
    [InlineData(301, Freshness.Lapsed)]
    public void Evaluate_Age_AgainstItsBudget(int seconds, Freshness expected) =>
        Assert.Equal(expected, FreshnessPolicy.Evaluate(TimeSpan.FromSeconds(seconds), FreshnessPolicy.Connection));
}
