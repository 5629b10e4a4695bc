using ControlPlane.Abstractions;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Bots;

/// <summary>The words about bots as the contract writes them. A value that is not known reads as the one that permits less.</summary>
internal static class BotWords
{
    public static BotMode ToContract(this TradingMode mode) => mode == TradingMode.Live ? BotMode.Live : BotMode.Paper;

    public static BotTier ToContract(this AutonomyTier tier) => tier switch
    {
        AutonomyTier.Paper => BotTier.Paper,
        AutonomyTier.Supervised => BotTier.Supervised,
        AutonomyTier.Limited => BotTier.Limited,
        AutonomyTier.Autonomous => BotTier.Autonomous,
        _ => BotTier.Observe,
    };

    public static RunnerCondition ToContract(this RunnerState state) => state switch
    {
        RunnerState.Stopped => RunnerCondition.Stopped,
        RunnerState.Starting => RunnerCondition.Starting,
        RunnerState.Running => RunnerCondition.Running,
        RunnerState.StartTimedOut => RunnerCondition.StartTimedOut,
        _ => RunnerCondition.Lost,
    };

    public static RunnerDirective ToContract(this Directive directive) => directive switch
    {
        Directive.Continue => RunnerDirective.Continue,
        Directive.Reduce => RunnerDirective.Reduce,
        _ => RunnerDirective.Halt,
    };

    /// <summary>True when the text is one of the two modes, or absent.</summary>
    public static bool TryParseMode(string? text, out TradingMode? mode)
    {
        mode = text switch
        {
            "paper" => TradingMode.Paper,
            "live" => TradingMode.Live,
            _ => null,
        };
        return mode is not null || text is null;
    }
}
