using System.Collections.Immutable;
using ControlPlane.Grains.Risk.SystemLimits;

namespace ControlPlane.Grains.Risk;

/// <summary>Names of risk limits. A smaller value is tighter, but for those of <see cref="LargerIsTighter"/>.</summary>
public static class RiskLimitNames
{
    /// <summary>Largest quantity of one order, in units of the instrument.</summary>
    public const string MaxOrderQuantity = "max_order_quantity";

    /// <summary>Largest quantity times price of one order, in the account's currency.</summary>
    public const string MaxOrderNotional = "max_order_notional";

    /// <summary>Largest absolute position value per symbol, in the account's currency.</summary>
    public const string MaxPositionNotional = "max_position_notional";

    /// <summary>Largest value of all positions of a bot, long and short added up, in the account's currency.</summary>
    public const string MaxGrossNotional = "max_gross_notional";

    /// <summary>Orders that may be open at once.</summary>
    public const string MaxOpenOrders = "max_open_orders";

    /// <summary>Orders within 60 seconds.</summary>
    public const string MaxOrdersPerMinute = "max_orders_per_minute";

    /// <summary>Largest realised loss of a UTC day, in the account's currency.</summary>
    public const string MaxDailyLoss = "max_daily_loss";

    /// <summary>Largest distance of an order's price from the last trade, in percent.</summary>
    public const string PriceCollarPercent = "price_collar_percent";

    /// <summary>Within so many seconds the same order is not granted again; at most a day.</summary>
    public const string DuplicateOrderSeconds = "duplicate_order_seconds";

    public static ImmutableSortedSet<string> All { get; } =
    [
        MaxOrderQuantity, MaxOrderNotional, MaxPositionNotional, MaxGrossNotional, MaxOpenOrders, MaxOrdersPerMinute, MaxDailyLoss, PriceCollarPercent, DuplicateOrderSeconds,
    ];

    /// <summary>Whether a limit may have this value: one beyond what the engine can prove that it holds is no limit.</summary>
    public static bool IsValid(string name, decimal value) => All.Contains(name) && value >= 0 && value <= Highest(name);

    public static decimal Highest(string name) => name switch
    {
        DuplicateOrderSeconds => 86_400,
        MaxOpenOrders or MaxOrdersPerMinute => 10_000,
        _ => 1_000_000_000_000_000_000,
    };

    public static ImmutableSortedSet<string> LargerIsTighter { get; } = [DuplicateOrderSeconds];

    /// <summary>Whether a limit that becomes <paramref name="after"/> lets through what it did not before.</summary>
    public static bool Loosens(string name, decimal before, decimal after) => LargerIsTighter.Contains(name) ? after < before : after > before;

    public static ImmutableSortedDictionary<string, decimal> NoLimits { get; } = ImmutableSortedDictionary<string, decimal>.Empty;
}

/// <summary><c>ControlPlane:Risk</c>: limits of a bot that has none of its own. Strict on purpose.</summary>
public sealed class RiskOptions
{
    public const string Section = "ControlPlane:Risk";

    public decimal MaxOrderQuantity { get; set; } = 100;
    public decimal MaxOrderNotional { get; set; } = 1_000;
    public decimal MaxPositionNotional { get; set; } = 5_000;
    public decimal MaxGrossNotional { get; set; } = 20_000;
    public decimal MaxOpenOrders { get; set; } = 10;
    public decimal MaxOrdersPerMinute { get; set; } = 30;
    public decimal MaxDailyLoss { get; set; } = 200;
    public decimal PriceCollarPercent { get; set; } = 5;
    public decimal DuplicateOrderSeconds { get; set; } = 5;

    /// <summary>Currency of a bot that names none, and of the sums over all bots.</summary>
    public string Currency { get; set; } = "USD";

    /// <summary>Currencies that count as one, with commas.</summary>
    public string SameCurrency { get; set; } = "USD,USDT,USDC";

    /// <summary>What one unit of a currency is in <see cref="Currency"/>.</summary>
    public Dictionary<string, decimal> Rates { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Limits over all bots together.</summary>
    public SystemRiskOptions System { get; set; } = new();

    internal IEnumerable<string> SameCurrencies => SameCurrency.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>How long a granted order counts as open when nobody reports of it; from then on it counts by its worse outcome. 10 to 86,400 s.</summary>
    public double OpenOrderSeconds { get; set; } = 300;

    /// <summary>Kept for settings that name it; since positions are evaluated by their moment it changes nothing. 1 to 86,400 s.</summary>
    public double PositionSeconds { get; set; } = 300;

    /// <summary>Difference between a reported position and the ledger that is no contradiction, in percent of the largest quantity held since the
    /// position was flat. Fees are often taken out of the position. 0 to 10.</summary>
    public decimal PositionTolerancePercent { get; set; } = 0.5m;

    /// <summary>How long a trade of the market counts as the last one, for the price collar. 1 to 86,400 s.</summary>
    public double MarkSeconds { get; set; } = 900;

    /// <summary>How long a check waits for the store before it refuses. 0.1 to 10 s.</summary>
    public double StoreSeconds { get; set; } = 2;

    public ImmutableSortedDictionary<string, decimal> Defaults => new Dictionary<string, decimal>(StringComparer.Ordinal)
    {
        [RiskLimitNames.MaxOrderQuantity] = MaxOrderQuantity,
        [RiskLimitNames.MaxOrderNotional] = MaxOrderNotional,
        [RiskLimitNames.MaxPositionNotional] = MaxPositionNotional,
        [RiskLimitNames.MaxGrossNotional] = MaxGrossNotional,
        [RiskLimitNames.MaxOpenOrders] = MaxOpenOrders,
        [RiskLimitNames.MaxOrdersPerMinute] = MaxOrdersPerMinute,
        [RiskLimitNames.MaxDailyLoss] = MaxDailyLoss,
        [RiskLimitNames.PriceCollarPercent] = PriceCollarPercent,
        [RiskLimitNames.DuplicateOrderSeconds] = DuplicateOrderSeconds,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The limits of a bot: its own, and the defaults where it has none.</summary>
    public ImmutableSortedDictionary<string, decimal> For(ImmutableSortedDictionary<string, decimal> own) => Defaults.SetItems(own);

    /// <summary>Each rule that is broken, as <c>key: rule</c>.</summary>
    public IEnumerable<string> Errors()
    {
        foreach (var name in Defaults.Where(d => !RiskLimitNames.IsValid(d.Key, d.Value)).Select(d => d.Key))
        {
            var key = string.Concat(name.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
            yield return $"ControlPlane__Risk__{key}: must be a number from 0 to {RiskLimitNames.Highest(name)}.";
        }

        foreach (var error in System.Errors()) yield return error;
        if (!CurrencyNames.IsValid(Currency)) yield return $"ControlPlane__Risk__Currency: must be {CurrencyNames.Rule}.";
        if (!SameCurrencies.All(CurrencyNames.IsValid)) yield return $"ControlPlane__Risk__SameCurrency: must be currencies with commas, each {CurrencyNames.Rule}.";
        foreach (var (currency, rate) in Rates)
        {
            if (!CurrencyNames.IsValid(currency)) yield return $"ControlPlane__Risk__Rates: the name of a currency must be {CurrencyNames.Rule}.";
            else if (rate is <= 0 or > 1_000_000_000) yield return $"ControlPlane__Risk__Rates__{currency}: must be a number above 0, at most 1000000000.";
        }

        if (!(OpenOrderSeconds is >= 10 and <= 86_400)) yield return "ControlPlane__Risk__OpenOrderSeconds: must be a number from 10 to 86400.";
        if (!(PositionSeconds is >= 1 and <= 86_400)) yield return "ControlPlane__Risk__PositionSeconds: must be a number from 1 to 86400.";
        if (PositionTolerancePercent is < 0 or > 10) yield return "ControlPlane__Risk__PositionTolerancePercent: must be a number from 0 to 10.";
        if (!(MarkSeconds is >= 1 and <= 86_400)) yield return "ControlPlane__Risk__MarkSeconds: must be a number from 1 to 86400.";
        if (!(StoreSeconds is >= 0.1 and <= 10)) yield return "ControlPlane__Risk__StoreSeconds: must be a number from 0.1 to 10.";
    }
}
