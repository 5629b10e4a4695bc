using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Risk;

namespace ControlPlane.Grains.Tests.Bots;

/// <summary>What a runner may change by itself, and what an operator declares.</summary>
public sealed class TighteningPolicyTests
{
    private static readonly ImmutableSortedDictionary<string, decimal> s_defaults = ImmutableSortedDictionary<string, decimal>.Empty.Add(RiskLimitNames.MaxOrderQuantity, 100).Add(RiskLimitNames.DuplicateOrderSeconds, 5);
    private static readonly BotSpec s_bot = new("b", null, ["polygon", "oanda"], TradingMode.Paper, RiskLimitNames.NoLimits.Add(RiskLimitNames.MaxOrderQuantity, 10), ["ES"]);

    [Theory]
    [InlineData(10.0, false)]
    [InlineData(9.0, false)]
    [InlineData(0.0, false)]
    [InlineData(10.01, true)]
    [InlineData(null, true)]
    public void Limit_MayOnlyFall(double? quantity, bool loosens) => Assert.Equal(loosens, Loosens(s_bot, s_bot with { RiskLimits = Limits(RiskLimitNames.MaxOrderQuantity, quantity) }));

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, false)]
    [InlineData(4.99, true)]
    [InlineData(0, true)]
    public void Window_OfEqualOrders_MayOnlyGrow(double seconds, bool loosens) => Assert.Equal(
        loosens, Loosens(s_bot, s_bot with { RiskLimits = s_bot.RiskLimits.Add(RiskLimitNames.DuplicateOrderSeconds, (decimal)seconds) }));

    [Theory]
    [InlineData(100.0, false)]
    [InlineData(101.0, true)]
    [InlineData(null, false)]
    public void NewBot_IsHeldByTheDefaults(double? quantity, bool loosens)
    {
        var bot = s_bot with { RiskLimits = Limits(RiskLimitNames.MaxOrderQuantity, quantity) };
        Assert.Equal(loosens, Loosens(null, bot));
        Assert.True(Loosens(null, bot with { Mode = TradingMode.Live }));
    }

    [Theory]
    [InlineData("ES", "ES", false)]
    [InlineData("ES", "", false)]
    [InlineData("ES", "NQ", true)]
    [InlineData("ES", "ES,NQ", true)]
    [InlineData("ES", null, true)]
    [InlineData("", "ES", true)]
    [InlineData(null, "ES", false)]
    public void Symbols_MayOnlyBecomeFewer(string? before, string? after, bool loosens) =>
        Assert.Equal(loosens, Loosens(s_bot with { AllowedSymbols = Set(before) }, s_bot with { AllowedSymbols = Set(after) }));

    /// <summary>None named means every gate.</summary>
    [Theory]
    [InlineData("a,b", "a,b", false)]
    [InlineData("a,b", "a,b,c", false)]
    [InlineData("a,b", "a", true)]
    [InlineData("a,b", "a,c", true)]
    [InlineData("a,b", "", true)]
    [InlineData("", "a,b", true)]
    public void Requirements_MayOnlyBecomeMore(string before, string after, bool loosens) =>
        Assert.Equal(loosens, Loosens(s_bot with { Requires = Set(before)! }, s_bot with { Requires = Set(after)! }));

    [Fact]
    public void Live_IsNoRunnersToTake_AndItsToLeave()
    {
        var live = s_bot with { Mode = TradingMode.Live };
        Assert.True(Loosens(s_bot, live));
        Assert.False(Loosens(live, live));
        Assert.False(Loosens(live, s_bot));
    }

    [Fact]
    public void Terms_AreNoRunnersToChange_InEitherDirection()
    {
        var declared = s_bot with { Terms = new() { Instruments = Instruments(50) } };
        Assert.True(Loosens(s_bot, declared));
        Assert.True(Loosens(declared, s_bot));
        Assert.True(Loosens(declared, s_bot with { Terms = new() { Instruments = Instruments(51) } }));
        Assert.False(Loosens(declared, s_bot with { Terms = new() { Instruments = Instruments(50.00m) } }));
    }

    [Fact]
    public void Merge_ChangesWhatIsTold_AndKeepsTheRest()
    {
        var before = new BotTerms { Instruments = Instruments(50), Currency = "EUR" };
        var merged = TermsPolicy.Merge(before, new() { MayUse = ["openai"], StatesConfidence = false })!;
        Assert.Equal((50m, "EUR", "openai", false), (merged.Instruments!["ES"].Multiplier, merged.Currency, Assert.Single(merged.MayUse!), merged.StatesConfidence));
        Assert.Equal("USD", TermsPolicy.Merge(before, new() { Currency = "USD" })!.Currency);
        Assert.Null(TermsPolicy.Merge(before, new() { Instruments = ImmutableSortedDictionary<string, Instrument>.Empty })!.Instruments);
        Assert.Null(TermsPolicy.Merge(new() { MayUse = ["openai"] }, new() { MayUse = [] }));
        Assert.Same(before, TermsPolicy.Merge(before, new() { Instruments = Instruments(50.0m) }));
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(0.5, null)]
    [InlineData(1_000_000_000_000, null)]
    [InlineData(0, "instruments")]
    [InlineData(-1, "instruments")]
    [InlineData(1_000_000_000_001, "instruments")]
    public void Multiplier_IsAboveZero_AndNotBeyondCounting(double multiplier, string? wrong) => AssertWrong(wrong, new() { Instruments = Instruments((decimal)multiplier) });

    [Theory]
    [InlineData("A>B", null)]
    [InlineData("A>B,C>B", null)]
    [InlineData("A>B,B>C", "aliases")]
    [InlineData("B>C,A>B", "aliases")]
    [InlineData("A>B,B>A", "aliases")]
    public void Alias_IsOfNoAlias(string aliases, string? wrong) => AssertWrong(wrong, new() { Aliases = aliases.Split(',').Select(a => a.Split('>')).ToImmutableSortedDictionary(a => a[0], a => a[1], StringComparer.Ordinal) });

    [Theory]
    [InlineData("EUR", null)]
    [InlineData("E R", "currency")]
    [InlineData("", "currency")]
    public void Currency_HasAName(string currency, string? wrong) => AssertWrong(wrong, new() { Currency = currency });

    private static void AssertWrong(string? part, BotTerms terms)
    {
        var rule = TermsPolicy.Wrong(terms);
        Assert.True(part is null ? rule is null : rule?.Contains($"'{part}'", StringComparison.Ordinal), rule);
    }

    private static bool Loosens(BotSpec? before, BotSpec after) => TighteningPolicy.Loosens(before, after, s_defaults) is not null;

    private static ImmutableSortedDictionary<string, Instrument> Instruments(decimal multiplier) => ImmutableSortedDictionary<string, Instrument>.Empty.Add("ES", new(multiplier));

    private static ImmutableSortedDictionary<string, decimal> Limits(string name, double? value) => value is { } own ? RiskLimitNames.NoLimits.Add(name, (decimal)own) : RiskLimitNames.NoLimits;

    private static ImmutableSortedSet<string>? Set(string? parts) => parts is null ? null : [.. parts.Split(',', StringSplitOptions.RemoveEmptyEntries)];
}
