using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>The shortest ordered list of human actions that would clear every blocker and then every degradation, fewest new secrets first.</summary>
internal static class PathPolicy
{
    /// <param name="missing">Variables a provider still lacks, by its id.</param>
    /// <param name="mandatory">Whether a provider must be connected whatever others do.</param>
    /// <param name="choices">What else would do where no particular provider must.</param>
    public static ImmutableArray<PathStep> For(
        ImmutableArray<Blocker> blockers, Func<string, ImmutableArray<string>> missing, Func<string, bool> mandatory, IPathChoices choices)
    {
        var degraded = blockers.Where(b => b.Severity == Severity.Degraded);
        var chains = Chosen([.. blockers.Where(b => b.Severity == Severity.Blocked)], mandatory).Concat(degraded)
            .Select((blocker, index) => (Chain: Chain(blocker, missing, mandatory, choices), Late: blocker.Severity == Severity.Degraded, Order: Order(blocker), index))
            .OrderBy(c => c.Late).ThenBy(c => c.Order).ThenBy(c => c.Chain.Sum(s => s.Variables.Length)).ThenBy(c => c.index);
        var steps = new List<PathStep>();
        foreach (var step in chains.SelectMany(c => c.Chain))
        {
            if (!steps.Any(s => s.Action == step.Action && s.Provider == step.Provider && s.Text == step.Text)) steps.Add(step);
        }

        return [.. steps.Select((s, i) => s with { Step = i + 1 })];
    }

    /// <summary>Several providers may block one gate; one of them is enough to open it, so the cheapest fix stands for all.
    /// Mandatory providers each need their own fix, and when there is one it may do for the gate as well.</summary>
    private static IEnumerable<Blocker> Chosen(ImmutableArray<Blocker> blockers, Func<string, bool> mandatory)
    {
        var byGate = blockers.Where(b => b.Gate is not null && b.Provider is not null).GroupBy(b => b.Gate);
        var spared = byGate
            .SelectMany(g => g.OrderByDescending(b => mandatory(b.Provider!)).ThenBy(Effort).ThenBy(b => b.Provider, StringComparer.Ordinal).Skip(1))
            .Where(b => !mandatory(b.Provider!))
            .ToHashSet();
        return blockers.Where(b => !spared.Contains(b));
    }

    private static int Effort(Blocker blocker) => blocker.Code switch
    {
        Codes.IntegrationNeverVerified or Codes.IntegrationVerifyStale or Codes.IntegrationVerifyInconclusive => 0,
        Codes.IntegrationLocked => 1,
        Codes.IntegrationVerifyFailed or Codes.IntegrationWrongEnvironment or Codes.IntegrationLimited => 2,
        _ => 3,
    };

    private static int Order(Blocker blocker) => blocker.Code switch
    {
        Codes.StoreReplaced => 0,
        Codes.IntegrationLocked => 8,
        Codes.KillSwitchEngaged => 9,
        Codes.TierTooLow => 10,
        Codes.LiveNotArmed => 11,
        _ => 1,
    };

    /// <summary>A gate that any provider of its kind would open: a setting alone may do, else the easiest one stands for all of them.</summary>
    private static ImmutableArray<PathStep> Missing(Blocker blocker, Func<string, ImmutableArray<string>> missing, Func<string, bool> mandatory, IPathChoices choices)
    {
        var (provider, names) = (blocker.Provider!, missing(blocker.Provider!));
        var verify = new PathStep(0, "verify", provider, [], $"Verify {provider}.");
        if (blocker.Gate is not { } gate || mandatory(provider)) return [new(0, "set_env", provider, names, $"Set {string.Join(", ", names)} for {provider}."), verify];
        if (choices.Connected(gate) is { } holder)
        {
            return [new(0, "set_policy", holder, [], $"Set ControlPlane__Policy__Gates__{gate}__AnyOf={holder}: it is connected, and its key can do what this gate stands for.")];
        }

        var any = choices.For(gate);
        if (any.Length < 2 || any[0].Provider != provider) return [new(0, "set_env", provider, names, $"Set {string.Join(", ", names)} for {provider}."), verify];
        return
        [
            new(0, "set_env", provider, names, $"Set {string.Join(", ", names)} for {provider}, or connect any other provider that this gate takes. A system that needs none leaves the gate out: ControlPlane__Policy__Gates__{gate}__Required=false.") { AnyOf = any },
            verify with { Text = $"Verify {provider}, or the one that you connect." },
        ];
    }

    private static ImmutableArray<PathStep> Chain(
        Blocker blocker, Func<string, ImmutableArray<string>> missing, Func<string, bool> mandatory, IPathChoices choices)
    {
        PathStep Step(string action, ImmutableArray<string> variables, string text) => new(0, action, blocker.Provider, variables, text);

        // What is on its way by itself asks nothing of anybody, whatever its code usually asks for.
        if (blocker.Resolution != Resolution.Manual) return [Step("wait", [], blocker.SuggestedFix ?? blocker.Message)];

        // Without a provider there is nothing to set or to verify.
        switch (blocker.Code)
        {
            case Codes.IntegrationKeyMissing when blocker.Provider is not null:
                return Missing(blocker, missing, mandatory, choices);
            case Codes.IntegrationVerifyFailed or Codes.IntegrationWrongEnvironment or Codes.IntegrationLimited when blocker.Provider is { } provider:
                return [Step("fix_env", [], blocker.SuggestedFix ?? $"Replace the key of {provider}."), Step("verify", [], $"Verify {provider}.")];
            case Codes.IntegrationLocked when blocker.Provider is { } provider:
                return [Step("wait", [], blocker.SuggestedFix ?? $"Wait until {provider} lifts the lock."), Step("verify", [], $"Verify {provider}.")];
            case Codes.IntegrationNeverVerified or Codes.IntegrationVerifyStale or Codes.IntegrationVerifyInconclusive when blocker.Provider is { } provider:
                return [Step("verify", [], $"Verify {provider}.")];
            case Codes.KillSwitchEngaged:
                return [Step("release_kill", [], blocker.BotId is null ? "Release the system's kill switch." : $"Release the kill switch of {blocker.BotId}.")];
            case Codes.StoreReplaced:
                return [Step("confirm_store", [], blocker.SuggestedFix ?? "Confirm the store.")];
            case Codes.LiveNotArmed:
                return [Step("arm_live", [], blocker.SuggestedFix ?? "Arm LIVE for the system and for the bot.")];
            case Codes.TierTooLow:
                return [Step("promote", [], blocker.SuggestedFix ?? "Let the bot earn a higher tier on paper, then promote it.")];
            case Codes.RunnerAlreadyHeld:
                return [Step("stop_runner", [], blocker.SuggestedFix ?? "Stop the other runner, or wait until its lease ends.")];
            default:
                return [Step("inspect", [], blocker.SuggestedFix ?? blocker.Message)];
        }
    }
}
