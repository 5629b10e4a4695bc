using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Api.Bots;

/// <summary>Why a permit is not the whole one, in words.</summary>
internal static class PermitReasons
{
    public static OrderIntent? Intent(string? word) => word switch
    {
        "open" => OrderIntent.Open,
        "reduce" => OrderIntent.Reduce,
        "cancel" => OrderIntent.Cancel,
        _ => null,
    };

    /// <summary>A cancel needs the runner's lease alone, and is allowed for as long as that runs.</summary>
    public static (bool Allowed, long ValidForMs) Answer(OrderIntent intent, GateAnswer answer) => intent switch
    {
        OrderIntent.Open => (answer.MayOpen, answer.ValidForMs),
        OrderIntent.Reduce => (answer.MayReduce, answer.ValidForMs),
        _ => (answer.MayCancel, answer.LeaseForMs),
    };

    /// <summary>Codes of an answer that is not ACTIVE; there is always one.</summary>
    public static ImmutableArray<string> Codes(IBotGate bot, GateAnswer answer)
    {
        if (answer.MayOpen) return [];
        var codes = bot.Explain();
        return !codes.IsDefaultOrEmpty ? codes : [answer.ValidForMs > 0 ? Abstractions.Codes.LeaseFenced : Abstractions.Codes.GateLeaseExpired];
    }

    public static string Message(string code) => code switch
    {
        Abstractions.Codes.GateLeaseExpired => "This node has no valid gate lease.",
        Abstractions.Codes.HostSuspended => "The host of this node slept: everything is closed until it is proven again.",
        Abstractions.Codes.StoreReplaced => "The store is not the one that the control plane had. An operator must confirm it.",
        Abstractions.Codes.LeaseFenced => "This lease epoch is not the bot's live one.",
        Abstractions.Codes.RunnerDown => "This node knows of no live lease of the bot.",
        Abstractions.Codes.KillSwitchEngaged => "A kill switch is engaged.",
        Abstractions.Codes.LiveNotArmed => "LIVE is not armed.",
        Abstractions.Codes.TierTooLow => "The bot's tier is too low for LIVE.",
        Abstractions.Codes.OperationNotAllowed => "This lease was started with reduce_only: exits and cancels alone pass.",
        _ => "The gate holds the bot back. GET /api/system/status says why.",
    };
}
