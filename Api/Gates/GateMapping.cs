using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Gates;

/// <summary>Blockers, steps and switches as the contract writes them.</summary>
internal static class GateMapping
{
    public static BlockerRow ToContract(this Blocker blocker) => new(
        blocker.Code,
        blocker.Severity.Known(),
        blocker.Scope,
        blocker.Gate,
        blocker.Provider,
        blocker.BotId,
        blocker.Message,
        blocker.SuggestedFix,
        blocker.Since,
        blocker.EvidenceTraceId)
    {
        Resolution = blocker.Resolution.Known(),
    };

    public static IReadOnlyList<BlockerRow> ToContract(this ImmutableArray<Blocker> blockers) =>
        blockers.IsDefault ? [] : [.. blockers.Select(ToContract)];

    public static IReadOnlyList<PathStepRow> ToContract(this ImmutableArray<PathStep> steps) => steps.IsDefault
        ? []
        : [.. steps.Select(step => new PathStepRow(step.Step, step.Action, step.Provider, step.Variables.IsDefault ? [] : step.Variables, step.Text)
        {
            AnyOf = step.AnyOf.IsDefault ? [] : [.. step.AnyOf.Select(choice => new PathChoiceRow(choice.Provider, choice.Variables.IsDefault ? [] : choice.Variables))],
        })];

    public static KillSwitchRow ToContract(this KillSwitch kill) => new(kill.Engaged, kill.Reason, kill.By, kill.Since);

    public static LiveTradingRow ToContract(this LiveTrading live) => new(live.Armed, live.Until, live.By);

    public static UnavailableRow ToContract(this UnavailableField field) => new(field.Field, field.Code, field.Since);

    public static AcknowledgementRow ToContract(this Acknowledgements acknowledgements) =>
        new(acknowledgements.Acknowledged, acknowledgements.Total);
}
