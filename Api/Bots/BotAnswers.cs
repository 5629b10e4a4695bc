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
        { } code => Problems.Refused(code, answer.Message),
        null => Problems.DataUnavailable("The bot did not say what came of it."),
    };
}
