using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Tests.Components;

public sealed class FiguresTests
{
    [Theory]
    [InlineData("1.08345", "1.08345")]
    [InlineData("0.00001234", "0.00001234")]
    [InlineData("64250.25", "64,250.25")]
    [InlineData("1234567890.12", "1,234,567,890")]
    [InlineData("5000.00", "5,000")]
    [InlineData("0", "0")]
    [InlineData("-0.000", "0")]
    [InlineData("-37.63", "\u221237.63")]
    [InlineData("0.3333333333333333333333333333", "0.33333333")]
    public void Price_KeepsItsSignificantDigits(string value, string shown) => Assert.Equal(shown, Figures.Rounded(Of(value)));

    [Theory]
    [InlineData("1.083451", "1.083452", "1.083451", "1.083452")]
    [InlineData("100000.4", "100000.3", "100,000.4", "100,000.3")]
    [InlineData("12.5", "12.50", "12.5", "12.5")]
    [InlineData("1.00000000000000000000000001", "1", "1.00000000000000000000000001", "1")]
    public void ThresholdAndActual_LookEqualOnlyWhenTheyAre(string one, string other, string shownOne, string shownOther) =>
        Assert.Equal((shownOne, shownOther), Figures.Apart(Of(one), Of(other)));

    [Theory]
    [InlineData("12.4", "USD", "+12.40 USD")]
    [InlineData("-0.001", "EUR", "\u22120.001 EUR")]
    [InlineData("-0.0049", "USD", "\u22120.0049 USD")]
    [InlineData("0.00", "USD", "0.00 USD")]
    [InlineData("-0.00", "USD", "0.00 USD")]
    [InlineData("-1234.567", null, "\u22121,234.57")]
    public void Money_HasItsSignAndCurrency_AndIsNeverMinusZero(string amount, string? currency, string shown) => Assert.Equal(shown, Figures.Money(Of(amount), currency));

    [Fact]
    public void Exact_KeepsEveryDigit() => Assert.Equal("1,234.5678901234567890", Figures.Exact(1234.5678901234567890m) + "0");

    private static decimal Of(string text) => decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
