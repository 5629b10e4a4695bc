using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Grains.Bots.Registering;

/// <summary>The bot's own token: nothing of it is kept but its generation.</summary>
internal sealed class BotToken(BotContext bot, BotStatus standing)
{
    /// <summary>Without an answer of the gate no generation is known: a confirmation of the store may have voided all of them.</summary>
    public long? Generation() => bot.Gate() is { IsLive: true, Snapshot: { } gate } ? Generation(gate) : null;

    /// <summary>What the bot reaches through the gateway; null when that is not known now.</summary>
    public GatewayReach? Reach() => bot.Gate() is { IsLive: true, Snapshot: { } gate }
        ? new(Generation(gate), bot.State.Spec is not null, ReachPolicy.Providers(bot.State.Spec, bot.State.Reaches))
        : null;

    public Task<BotAnswer> RevokeAsync(string? reason, Caller by) =>
        bot.Services.Acts.RunAsync(OperatorAct.Of("bot.token.revoke", OperatorAct.Bot(bot.Id), ("reason", reason)), by, RevokeAsync, static a => a.Code, BotAnswers.Refused);

    private async Task<BotAnswer> RevokeAsync()
    {
        if (bot.State.Spec is null) return BotAnswers.UnknownBot();
        var known = Generation(bot.Gate().Snapshot);
        return await bot.TryWriteAsync(s => s.Generation = EpochPolicy.Next(known, bot.Time.GetUtcNow())) ? BotAnswers.Done(standing.View()) : BotAnswers.Unwritten();
    }

    private long Generation(GateSnapshot? gate) => GenerationPolicy.Of(bot.State.Generation, gate);
}
