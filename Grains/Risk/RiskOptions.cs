using System.Collections.Immutable;

namespace ControlPlane.Grains.Risk;

/// <summary>Names of risk limits. A smaller value is tighter, for each of them.</summary>
public static class RiskLimitNames
{
    /// <summary>Largest quantity of one order, in units of the instrument.</summary>
    public const string MaxOrderQuantity = "max_order_quantity";

    /// <summary>Largest quantity times price of one order, in the account's currency.</summary>
    public const string MaxOrderNotional = "max_order_notional";

    /// <summary>Largest absolute position value per symbol, in the account's currency.</summary>
    public const string MaxPositionNotional = "max_position_notional";

    /// <summary>Orders that may be open at once.</summary>
    public const string MaxOpenOrders = "max_open_orders";

    /// <summary>Orders within 60 seconds.</summary>
    public const string MaxOrdersPerMinute = "max_orders_per_minute";

    /// <summary>Largest realised loss of a UTC day, in the account's currency.</summary>
    public const string MaxDailyLoss = "max_daily_loss";

    /// <summary>Largest distance of an order's price from the last trade, in percent.</summary>
    public const string PriceCollarPercent = "price_collar_percent";

    public static ImmutableSortedSet<string> All { get; } =
        [MaxOrderQuantity, MaxOrderNotional, MaxPositionNotional, MaxOpenOrders, MaxOrdersPerMinute, MaxDailyLoss, PriceCollarPercent];

    public static ImmutableSortedDictionary<string, decimal> NoLimits { get; } = ImmutableSortedDictionary<string, decimal>.Empty;
}

/// <summary><c>ControlPlane:Risk</c>: limits of a bot that has none of its own. Strict on purpose.</summary>
public sealed class RiskOptions
{
    public const string Section = "ControlPlane:Risk";

    public decimal MaxOrderQuantity { get; set; } = 100;
    public decimal MaxOrderNotional { get; set; } = 1_000;
    public decimal MaxPositionNotional { get; set; } = 5_000;
    public decimal MaxOpenOrders { get; set; } = 10;
    public decimal MaxOrdersPerMinute { get; set; } = 30;
    public decimal MaxDailyLoss { get; set; } = 200;
    public decimal PriceCollarPercent { get; set; } = 5;

    public ImmutableSortedDictionary<string, decimal> Defaults => new Dictionary<string, decimal>(StringComparer.Ordinal)
    {
        [RiskLimitNames.MaxOrderQuantity] = MaxOrderQuantity,
        [RiskLimitNames.MaxOrderNotional] = MaxOrderNotional,
        [RiskLimitNames.MaxPositionNotional] = MaxPositionNotional,
        [RiskLimitNames.MaxOpenOrders] = MaxOpenOrders,
        [RiskLimitNames.MaxOrdersPerMinute] = MaxOrdersPerMinute,
        [RiskLimitNames.MaxDailyLoss] = MaxDailyLoss,
        [RiskLimitNames.PriceCollarPercent] = PriceCollarPercent,
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Each rule that is broken, as <c>key: rule</c>.</summary>
    public IEnumerable<string> Errors() => Defaults.Where(d => d.Value < 0)
        .Select(d => $"ControlPlane__Risk__{string.Concat(d.Key.Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]))}: must be 0 or more.");
}
