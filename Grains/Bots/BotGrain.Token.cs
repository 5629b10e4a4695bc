using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Storage.Trust;

namespace ControlPlane.Grains.Bots;

/// <summary>The bot's own token: nothing of it is kept but its generation.</summary>
internal sealed partial class BotGrain
{
    /// <summary>Without word from the gate a confirmation of the store may have voided every generation: then none is known.</summary>
    public Task<long?> TokenGeneration() => Task.FromResult(_gate.Read() is { IsLive: true, Snapshot: { } gate } ? Generation(gate) : (long?)null);

    public Task<GatewayReach?> GatewayReach() => Task.FromResult(
        _gate.Read() is { IsLive: true, Snapshot: { } gate }
            ? new GatewayReach(Generation(gate), State.Spec is not null, ReachPolicy.Providers(State.Spec, State.Reaches))
            : null);

    public Task<BotAnswer> RevokeToken(string? reason, Caller by) =>
        _acts.RunAsync(OperatorAct.Of("bot.token.revoke", OperatorAct.Bot(Id), ("reason", reason)), by, RevokeTokenAsync, static a => a.Code, BotAnswers.Refused);

    private async Task<BotAnswer> RevokeTokenAsync()
    {
        if (State.Spec is null) return BotAnswers.UnknownBot();
        var known = Generation(_gate.Read().Snapshot);
        return await TryWriteAsync(s => s.Generation = EpochPolicy.Next(known, _time.GetUtcNow())) ? new(null, null, View()) : BotAnswers.Unwritten();
    }

    private long Generation(GateSnapshot? gate) => Math.Max(Math.Max(State.Generation, BotState.FirstGeneration), gate?.Store.Generation ?? 0);
}
