using ControlPlane.Abstractions;
using ControlPlane.Api.Http;

namespace ControlPlane.Api.Bots;

/// <summary>Refusals of a bot's grain.</summary>
internal static class BotAnswers
{
    public static ProblemResult Refused(BotAnswer answer) => answer.Code switch
    {
        Codes.UnknownBot => Problems.UnknownBot(),
        Codes.Forbidden => Problems.Forbidden(answer.Message ?? "A runner may only tighten a bot.", "Ask an operator to loosen it."),
        Codes.RateLimited => Problems.Refused(Codes.RateLimited, answer.Message, "Delete a bot that is not used any more (DELETE /api/bots/{bot_id}), or raise the setting."),
        { } code => Problems.Refused(code, answer.Message),
        null => Problems.DataUnavailable("The bot did not say what came of it."),
    };
}
