using ControlPlane.Contracts;

namespace ControlPlane.Dashboard.Views.Live;

/// <summary>Where LIVE can be armed, so that it is offered nowhere else.</summary>
public static class LiveRules
{
    /// <summary>Registered for live, with a tier that allows it.</summary>
    public static bool MayTradeLive(BotRow bot) => bot.Mode == TradingMode.Live && bot.Tier >= AutonomyTier.Supervised;

    /// <summary>Null when LIVE can be armed for the bot, else why not.</summary>
    public static string? WhyNotArm(BotRow bot, SystemStatusAnswer? system) => bot switch
    {
        { Mode: not TradingMode.Live } => "registered for paper",
        { Tier: < AutonomyTier.Supervised } => $"the tier {bot.Tier} is below Supervised",
        { KillSwitch.Engaged: not false } => "its kill switch is engaged",
        _ => WhyNotArm(system),
    };

    /// <summary>The same for the system.</summary>
    public static string? WhyNotArm(SystemStatusAnswer? system) => system switch
    {
        null => "nothing is known of the system",
        { KillSwitch.Engaged: not false } => "the system's kill switch is engaged",
        _ => null,
    };
}
