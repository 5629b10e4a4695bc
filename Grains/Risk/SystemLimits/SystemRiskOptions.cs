namespace ControlPlane.Grains.Risk.SystemLimits;

/// <summary><c>ControlPlane:Risk:System</c>: limits over all bots together, in <c>ControlPlane:Risk:Currency</c>. Unset, a limit does not exist.</summary>
public sealed class SystemRiskOptions
{
    public const string GrossRule = "system_max_gross_notional";
    public const string LossRule = "system_max_daily_loss";
    public const string RateRule = "system_max_orders_per_minute";

    /// <summary>Largest sum of what bots hold or may come to hold.</summary>
    public decimal? MaxGrossNotional { get; set; }

    /// <summary>Realised loss of a UTC day at which the system's kill switch is engaged.</summary>
    public decimal? MaxDailyLoss { get; set; }

    /// <summary>Opening orders within 60 seconds.</summary>
    public int? MaxOrdersPerMinute { get; set; }

    public bool Any => MaxGrossNotional is not null || MaxDailyLoss is not null || MaxOrdersPerMinute is not null;

    /// <summary>Each rule that is broken, as <c>key: rule</c>.</summary>
    public IEnumerable<string> Errors()
    {
        if (MaxGrossNotional is < 0 or > 1_000_000_000_000_000_000) yield return "ControlPlane__Risk__System__MaxGrossNotional: must be a number from 0 to 1000000000000000000, or unset.";
        if (MaxDailyLoss is <= 0 or > 1_000_000_000_000_000_000) yield return "ControlPlane__Risk__System__MaxDailyLoss: must be a number above 0, at most 1000000000000000000, or unset.";
        if (MaxOrdersPerMinute is < 0 or > 1_000_000) yield return "ControlPlane__Risk__System__MaxOrdersPerMinute: must be a whole number from 0 to 1000000, or unset.";
    }
}
