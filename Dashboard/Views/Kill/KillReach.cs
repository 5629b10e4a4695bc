using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Bots;

namespace ControlPlane.Dashboard.Views.Kill;

/// <summary>Whose runners a kill reaches, and how many of them have halted by now.</summary>
public sealed record KillReach(int Live, int Halted)
{
    /// <param name="bot">Null for the whole system.</param>
    public static KillReach Of(IEnumerable<BotRow> bots, string? bot)
    {
        var live = bots.Where(row => (bot is null || row.BotId == bot) && row.Runner.State is RunnerState.Running or RunnerState.Starting).ToList();
        return new(live.Count, live.Count(row => BotActivities.Of(row) == BotActivity.Halted));
    }

    /// <summary>Before it is engaged.</summary>
    public string Before => Live switch { 0 => "no runner holds a lease", 1 => "1 runner holds a lease", _ => $"{Live} runners hold a lease" };

    /// <summary>After it, as it goes on.</summary>
    public string After => (Live, Halted) switch
    {
        (0, _) => "No runner holds a lease.",
        (1, 1) => "Its one runner has halted.",
        (1, 0) => "1 runner holds a lease and has not halted yet.",
        _ when Live == Halted => $"All {Live} runners have halted.",
        _ => $"{Halted} of {Live} runners have halted.",
    };
}
