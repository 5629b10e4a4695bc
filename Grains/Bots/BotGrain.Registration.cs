using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Grains.Bots;

/// <summary>What the bot is registered with.</summary>
internal sealed partial class BotGrain
{
    public Task<BotAnswer> Register(BotRegistration registration, Caller by)
    {
        var act = OperatorAct.Of("bot.register", OperatorAct.Bot(Id), RegistrationDetails.Of(registration));
        return _acts.SettleAsync(act, by, () => RegisterAsync(act, registration, by), static answer => answer.Code);
    }

    private async Task<BotAnswer> RegisterAsync(OperatorAct act, BotRegistration registration, Caller by)
    {
        var before = State.Spec;
        if (before is null && by.Role == Caller.BotRole) return new(Codes.Forbidden, "A bot's own token registers no bot.", null);
        var after = new BotSpec(
            registration.Name,
            registration.UserId ?? before?.UserId,
            registration.Requires ?? before?.Requires ?? [],
            registration.Mode ?? before?.Mode ?? TradingMode.Paper,
            registration.RiskLimits ?? before?.RiskLimits ?? RiskLimitNames.NoLimits,
            registration.AllowedSymbols is null ? before?.AllowedSymbols : AnySymbol(registration.AllowedSymbols) ? null : registration.AllowedSymbols,
            registration.Model ?? before?.Model,
            TermsPolicy.Merge(before?.Terms, registration.Terms));
        if (Wrong(after) is { } wrong) return wrong;
        if (TighteningPolicy.Loosens(before, after, _risk.Defaults) is { } loosened)
        {
            if (!_acts.IsOperator(by)) return new(Codes.Forbidden, $"A runner may only tighten a bot; {loosened} takes an operator.", null);
            if (await _acts.RequestAsync(act, by) is { } refusal) return BotAnswers.Refused(refusal);
        }

        if (before is null && await AdmitAsync(after) is { } full) return full;

        // Before anything is written: an arming is for what it was armed for, whatever becomes of the change.
        var changed = before is not null && ConfigurationHash.Of(after, _risk.For(after.RiskLimits)) != Configuration;
        if (changed) _arming.Disarm();
        var written = await TryWriteAsync(s =>
        {
            s.Reaches = ReachPolicy.After(before, s.Reaches, registration.Requires, _acts.IsOperator(by));
            s.Spec = after;
            if (before is null) s.BeginAnew(_time.GetUtcNow());
            if (changed) s.Autonomy = s.Autonomy with { ChangedAt = _time.GetUtcNow(), Held = 0, AwaitsPerson = false };
        });
        if (!written) return BotAnswers.Unwritten();

        // A kill outlives the bot that it was for.
        if (before is null) await TakePendingKillAsync();
        await TellGateAsync();
        await TellDirectoryAsync();
        return new(null, null, await WholeViewAsync());
    }

    /// <summary>The refusal of what can't be registered by anybody.</summary>
    private BotAnswer? Wrong(BotSpec spec)
    {
        if (spec.Requires.Concat(spec.Terms?.MayUse ?? []).Any(id => _seats.All.All(seat => seat.Id != id)))
        {
            return new(Codes.UnknownProvider, "A provider that it names is not in the catalogue, or is switched off.", null);
        }

        if (spec.RiskLimits.Any(l => !RiskLimitNames.IsValid(l.Key, l.Value)))
        {
            return new(Codes.InvalidRequest, $"risk_limits takes these names, with values from 0: {string.Join(", ", RiskLimitNames.All.Select(n => $"{n} (to {RiskLimitNames.Highest(n)})"))}.", null);
        }

        return TermsPolicy.Wrong(spec.Terms) is { } rule ? new(Codes.InvalidRequest, rule, null) : null;
    }

    private static bool AnySymbol(ImmutableSortedSet<string> symbols) => symbols is ["*"];
}
