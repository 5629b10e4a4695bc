using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Gates.Policy;

/// <summary>What a runner's troubles say of its bot. They degrade it and bar no start: it is a start that ends them.</summary>
internal static class RunnerTroublePolicy
{
    /// <param name="now">For troubles without a known time.</param>
    public static IEnumerable<Blocker> Evaluate(string botId, RunnerState state, RunnerTrouble trouble, DateTimeOffset now)
    {
        Blocker Own(string code, string message, string fix, DateTimeOffset? since) => new(code, Severity.Degraded, "bot", null, null, botId, message, fix, since ?? now, null);

        if (state is RunnerState.Lost or RunnerState.StartTimedOut)
        {
            yield return Lost(botId, state == RunnerState.StartTimedOut, trouble.LostHolding, trouble.LostSince ?? now);
        }

        if (trouble.RestartingForMs > 0)
        {
            yield return trouble.TwoAddresses
                ? Own(Codes.RunnerRestarting, "One runner id starts from two addresses in turn: each start fences the other.", "Stop one of the two runners, or give each a runner id of its own.", trouble.RestartingSince)
                : Own(Codes.RunnerRestarting, "The runner was started three times or more within a minute.", "Look at the runner's log: it probably crashes after its start.", trouble.RestartingSince);
        }
    }

    /// <summary>The same for the system, which a lost runner degrades while its bot holds a position.</summary>
    public static Blocker Lost(string botId, bool neverAlive, bool holding, DateTimeOffset since) => new(
        Codes.RunnerLost,
        Severity.Degraded,
        "bot",
        null,
        null,
        botId,
        (neverAlive ? "The runner was granted a start and never came alive." : "The runner's lease ran out without a stop.")
            + (holding ? " The bot holds a position, or may hold one." : ""),
        holding ? "Start the bot's runner, with reduce_only while the system is blocked, or close the position at the broker and report it." : "Start the bot's runner, or stop it in an orderly way.",
        since,
        null);
}
