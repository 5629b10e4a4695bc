using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Integrations;

/// <summary>The page of one integration.</summary>
internal static class IntegrationDetailMapping
{
    private const int Recent = 20;
    private const int Hours = 24;

    /// <param name="requiredByBots">Null when the bots could not be read.</param>
    public static IntegrationDetail ToDetail(
        ProviderDetail detail, IReadOnlyList<string>? requiredByBots, DateTimeOffset now, string traceId)
    {
        var row = IntegrationRowMapping.ToRow(detail.Status, now);
        return new IntegrationDetail(
            row,
            [.. detail.RequiredVariables.Select(ToContract)],
            [.. detail.OptionalVariables.Select(ToContract)],
            detail.HowToConnect,
            [.. detail.Checklist.Select(ToContract)],
            traceId)
        {
            Unavailable = [.. row.Unavailable, .. Unavailable(detail, requiredByBots, row.Unavailable, now)],
            RequiredByBots = requiredByBots,
            UsedByBots24h = detail.UsedByBots24h,
            VerifyHistory = detail.VerifyHistory is { } history ? [.. history.Take(Recent).Select(ToContract)] : null,
            Usage24h = detail.Usage24h is { } usage ? Fill([.. usage], detail.UsageFrom) : null,
            RecentEvents = detail.RecentEvents is { } events ? [.. events.Take(Recent).Select(ToContract)] : null,
        };
    }

    public static VerifyStepRow ToContract(VerifyStep step) => new(step.Step, step.Result.Known(), step.Message);

    public static VerificationRow ToContract(VerificationRecord record) => new(
        record.At, record.Status.Known(), record.HttpStatus, record.LatencyMs, record.ErrorCode, record.TraceId, record.By);

    public static UsageEventRow ToContract(UsageEvent usage) => new(
        usage.EventId,
        usage.OccurredAt,
        usage.UserId,
        usage.BotId,
        usage.Provider,
        usage.Operation,
        usage.Status.Known(),
        usage.HttpStatus,
        usage.LatencyMs,
        usage.TraceId,
        usage.ErrorCode)
    {
        Source = usage.Source == UsageSource.Observed ? "observed" : "reported",
        InputTokens = usage.InputTokens,
        OutputTokens = usage.OutputTokens,
    };

    internal static VariableRow ToContract(VariablePresence variable) =>
        new(variable.Name, variable.Secret, variable.Present, variable.Masked, variable.Hint);

    /// <summary>24 buckets of an hour, oldest first, the last one ending now; one without events is a known zero.</summary>
    internal static IReadOnlyList<UsageHourRow> Fill(IReadOnlyList<UsageHour> hours, DateTimeOffset from)
    {
        var rows = Enumerable.Range(0, Hours).Select(index => new UsageHourRow(from.AddHours(index), 0, 0, null, null)).ToArray();
        foreach (var hour in hours)
        {
            // What is dated ahead lies behind the last bucket: it does not count yet.
            var index = (int)Math.Floor((hour.Start - from).TotalHours);
            if (index >= Hours) continue;
            ref var row = ref rows[Math.Max(index, 0)];
            var percentiles = hour.Ok + hour.Failed >= row.Ok + row.Failed ? (hour.P50Ms, hour.P95Ms) : (row.P50Ms, row.P95Ms);
            row = row with { Ok = row.Ok + hour.Ok, Failed = row.Failed + hour.Failed, P50Ms = percentiles.Item1, P95Ms = percentiles.Item2 };
        }

        return rows;
    }

    private static IEnumerable<UnavailableRow> Unavailable(
        ProviderDetail detail, IReadOnlyList<string>? requiredByBots, IReadOnlyList<UnavailableRow> named, DateTimeOffset now)
    {
        (string Field, bool Missing, string Code)[] figures =
        [
            ("required_by_bots", requiredByBots is null, Codes.ControlPlaneUnreachable),
            ("used_by_bots_24h", detail.UsedByBots24h is null, Codes.DataUnavailable),
            ("verify_history", detail.VerifyHistory is null, Codes.DataUnavailable),
            ("usage_24h", detail.Usage24h is null, named.FirstOrDefault(row => row.Field == "proof_of_use_count_24h")?.Code ?? Codes.DataUnavailable),
            ("recent_events", detail.RecentEvents is null, Codes.DataUnavailable),
        ];
        return figures
            .Where(figure => figure.Missing && named.All(row => row.Field != figure.Field))
            .Select(figure => new UnavailableRow(figure.Field, figure.Code, now));
    }
}
