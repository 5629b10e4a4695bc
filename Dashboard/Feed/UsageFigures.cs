using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Feed;

/// <summary>Puts counters that moved into their row.</summary>
internal static class UsageFigures
{
    private static readonly HashSet<string> s_fields =
    [
        "last_used_at", "last_used_by_bot_id", "proof_of_use_count_24h", "error_count_24h", "error_rate_15m",
    ];

    public static IntegrationRow Put(IntegrationRow row, UsageFiguresRow usage) => row with
    {
        LastUsedAt = usage.LastUsedAt,
        LastUsedByBotId = usage.LastUsedByBotId,
        ProofOfUseCount24h = usage.ProofOfUseCount24h,
        ErrorCount24h = usage.ErrorCount24h,
        ErrorRate15m = usage.ErrorRate15m,
        Unavailable = [.. row.Unavailable.Where(field => !s_fields.Contains(field.Field)), .. usage.Unavailable],
    };
}
