using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Usage.Policy;

/// <summary>Lost use of a provider.</summary>
/// <param name="Since">When the first loss was told.</param>
/// <param name="LastAt">When the newest lost event occurred.</param>
internal sealed record LostUse(DateTimeOffset Since, DateTimeOffset LastAt);

/// <summary>Figures that may be shown, and those that may not.</summary>
internal sealed record ShownFigures(UsageFigures? Figures, ImmutableArray<UnavailableField> Unavailable);

/// <summary>Which figures can be told: none while the store can't be read; after a loss, those that the lost events can't have changed.</summary>
internal static class FigureAvailability
{
    private static readonly string[] s_counts = ["proof_of_use_count_24h", "error_count_24h"];
    private static readonly string[] s_rate = ["error_rate_15m"];
    private static readonly string[] s_last = ["last_used_at", "last_used_by_bot_id"];

    public static ShownFigures Unreadable(DateTimeOffset since) =>
        new(null, [.. s_counts.Concat(s_rate).Concat(s_last).Select(field => new UnavailableField(field, Codes.DataUnavailable, since))]);

    /// <param name="loss">A loss that still counts, or null.</param>
    public static ShownFigures Of(UsageFigures figures, LostUse? loss, DateTimeOffset now)
    {
        if (loss is null) return new(figures, []);
        var fields = s_counts.AsEnumerable();
        figures = figures with { Count24h = null, Errors24h = null, Observed24h = null };
        if (loss.LastAt > now - UsageWindow.Recent)
        {
            fields = fields.Concat(s_rate);
            figures = figures with { ErrorRate15m = null };
        }

        if (figures.LastUsedAt is null || figures.LastUsedAt <= loss.LastAt)
        {
            fields = fields.Concat(s_last);
            figures = figures with { LastUsedAt = null, LastUsedByBot = null };
        }

        return new(figures, [.. fields.Select(field => new UnavailableField(field, Codes.TelemetryLost, loss.Since))]);
    }
}
