using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Bots;

/// <summary>A bot's autonomy as the contract writes it.</summary>
internal static class AutonomyMapping
{
    public static AutonomyAnswer ToContract(string botId, AutonomyReport report, string traceId) => new(
        botId,
        report.Tier.Known(),
        report.Score,
        report.AsOf,
        [.. report.Factors.Select(f => new AutonomyFactorRow(f.Name, f.Score, f.Weight, f.EffectiveN, f.Window, f.Evidence, f.Formula) { Days = f.Days })],
        report.NextTier?.Known(),
        report.ScoreForNextTier,
        report.NextTierNeedsPerson,
        report.Formula,
        [.. report.Needs.Select(n => new AutonomyNeedRow(n.Code, n.Factor, n.Have, n.Need, n.Text))],
        report.History is { } history ? [.. history.Select(s => new AutonomyHistoryRow(s.At, s.Tier.Known(), s.Score, s.Reason, s.By))] : null,
        report.Bot.Blockers.ToContract(),
        [.. Unavailable(report)],
        traceId);

    private static IEnumerable<UnavailableRow> Unavailable(AutonomyReport report)
    {
        if (report.Code is { } code)
        {
            yield return new UnavailableRow("score", code, report.AsOf);
            yield return new UnavailableRow("breakdown", code, report.AsOf);
        }

        if (report.History is null) yield return new UnavailableRow("history", Codes.DataUnavailable, report.AsOf);
    }
}
