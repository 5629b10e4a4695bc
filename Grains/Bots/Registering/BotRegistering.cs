using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots.Arming;
using ControlPlane.Grains.Bots.Kills;
using ControlPlane.Grains.Bots.Policy;

namespace ControlPlane.Grains.Bots.Registering;

/// <summary>Registers the bot. A change that loosens takes an operator's signature, and is in the audit log first.</summary>
internal sealed class BotRegistering(BotContext bot, LiveState live, BotKill kills, BotListing listing, WholeViews views, BotReporter reporter)
{
    private OperatorActs Acts => bot.Services.Acts;

    public Task<BotAnswer> RegisterAsync(BotRegistration registration, Caller by)
    {
        var act = OperatorAct.Of("bot.register", OperatorAct.Bot(bot.Id), RegistrationDetails.Of(registration));
        return Acts.SettleAsync(act, by, () => RegisterAsync(act, registration, by), static answer => answer.Code);
    }

    private async Task<BotAnswer> RegisterAsync(OperatorAct act, BotRegistration registration, Caller by)
    {
        var before = bot.State.Spec;
        if (before is null && by.Role == Caller.BotRole) return new(Codes.Forbidden, "A bot's own token registers no bot.", null);
        var after = RegistrationPolicy.After(before, registration);
        if (RegistrationPolicy.Wrong(after, id => bot.Services.Node.Providers.All.Any(provider => provider.Id == id)) is { } wrong) return wrong;
        if (TighteningPolicy.Loosens(before, after, bot.Limits.Risk.Defaults) is { } loosened)
        {
            if (!Acts.IsOperator(by)) return new(Codes.Forbidden, $"A runner may only tighten a bot; {loosened} takes an operator.", null);
            if (await Acts.RequestAsync(act, by) is { } refusal) return BotAnswers.Refused(refusal);
        }

        if (before is null && await listing.AdmitAsync(after) is { } full) return full;

        // Before anything is written: an arming is for what it was armed for, whatever becomes of the change.
        var changed = before is not null && live.HashOf(after) != live.Configuration;
        if (changed) live.Disarm();
        var written = await bot.TryWriteAsync(s =>
        {
            s.Reaches = ReachPolicy.After(before, s.Reaches, registration.Requires, Acts.IsOperator(by));
            s.Spec = after;
            if (before is null) s.BeginAnew(bot.Time.GetUtcNow());
            if (changed) s.Autonomy = s.Autonomy with { ChangedAt = bot.Time.GetUtcNow(), Held = 0, AwaitsPerson = false };
        });
        if (!written) return BotAnswers.Unwritten();

        // A kill outlives the bot that it was for.
        if (before is null) await kills.TakePendingAsync();
        await reporter.PublishAsync();
        return BotAnswers.Done(await views.ReadAsync());
    }
}
