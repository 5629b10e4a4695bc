using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;

namespace ControlPlane.Grains.Tests.Risk;

public sealed class LossTests
{
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("2026-11-22T15:00:00Z", "2026-11-22T20:00:00Z", true)]
    [InlineData("2026-11-21T23:58:00Z", "2026-11-22T00:01:00Z", true)]
    [InlineData("2026-11-21T23:50:00Z", "2026-11-22T00:01:00Z", false)]
    [InlineData("2026-11-01T12:00:00Z", "2026-11-22T20:00:00Z", false)]
    [InlineData("2026-11-23T00:01:00Z", "2026-11-22T23:59:00Z", false)]
    [InlineData(null, "2026-11-22T20:00:00Z", false)]
    public void Realised_CountsAtItsClosing_UnlessThatIsOfAnotherDayAndOld(string? closed, string received, bool atClosing)
    {
        DateTimeOffset? closedAt = closed is null ? null : DateTimeOffset.Parse(closed, System.Globalization.CultureInfo.InvariantCulture);
        var receivedAt = DateTimeOffset.Parse(received, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(atClosing ? closedAt : receivedAt, RealisedAt.Of(closedAt, receivedAt, s_tolerance));
    }

    [Fact]
    public void Sum_OfWhatIsNotKnown_IsNotKnown()
    {
        var currencies = new Currencies(new RiskOptions { Rates = { ["EUR"] = 1.25m } });
        Assert.Equal(0, currencies.Sum([], null));
        Assert.Equal(-6, currencies.Sum([new(null, -1, 0), new("USDT", -2, 0), new("USDC", -3, 0)], null));
        Assert.Equal(-11, currencies.Sum([new(null, -1, 0), new("EUR", -8, 0)], null));
        Assert.Equal(-9, currencies.Sum([new(null, -1, 0), new("USD", -10, 0)], "EUR"));
        Assert.Null(currencies.Sum([new("GBP", -1, 0)], null));
        Assert.Null(currencies.Sum([new(null, 100, 1)], null));
        Assert.Null(currencies.Sum([new("EUR", decimal.MinValue, 0)], null));
    }

    [Fact]
    public void Options_OfWrongCurrenciesAndRates_AreNamed()
    {
        var errors = new RiskOptions { Currency = "usd", SameCurrency = "USD,€", Rates = { ["EUR"] = 0 } }.Errors().ToArray();
        Assert.Equal(3, errors.Length);
        Assert.Contains(errors, e => e.StartsWith("ControlPlane__Risk__Rates__EUR", StringComparison.Ordinal));
        Assert.Empty(new RiskOptions().Errors());
    }
}
