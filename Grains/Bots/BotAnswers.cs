using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;

namespace ControlPlane.Grains.Bots;

/// <summary>Answers that many of a bot's calls give.</summary>
internal static class BotAnswers
{
    public static BotAnswer Refused(ActRefusal refusal) => new(refusal.Code, refusal.Message, null);

    public static BotAnswer Unwritten() => new(Codes.DataUnavailable, "The bot could not be written, so nothing has changed.", null);

    public static BotAnswer UnknownBot() => new(Codes.UnknownBot, "No such bot is registered.", null);

    public static BotAnswer Done(BotView bot) => new(null, null, bot);
}
