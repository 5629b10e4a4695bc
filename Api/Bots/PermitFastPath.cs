using System.Globalization;
using ControlPlane.Abstractions;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Bots;

/// <summary>Answers permits that are asked for in their plain form with a bearer token, in front of everything else. It rests on the same
/// local read as <see cref="PermitEndpoint"/>, made anew for each answer. Whatever is not exactly that goes the long way.</summary>
internal sealed class PermitFastPath(RequestDelegate next, IGate gate, BearerRoles bearers, PermitBody body, IOptions<ApiOptions> options)
{
    private const string Before = "/api/bots/";
    private const string After = "/permit";
    private static readonly (string Form, OrderIntent Intent)[] s_forms =
        [("?intent=open&epoch=", OrderIntent.Open), ("?intent=reduce&epoch=", OrderIntent.Reduce), ("?intent=cancel&epoch=", OrderIntent.Cancel)];

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (BotOf(request.Path.Value) is not { } botId || !TryReadQuestion(request.QueryString.Value, out var intent, out var epoch)) return next(context);
        if (!PlainRead.Is(request) || bearers.Of(request) is not { } role || (role == Roles.Runner && options.Value.Access.BotTokensOnly)) return next(context);
        var bot = gate.For(botId, epoch);
        var answer = bot.Check();
        var traceId = PlainRead.TraceIdOf(request);
        ResponseHeaders.Write(context.Response.Headers, traceId);
        body.Write(context.Response, intent, answer, PermitWords.Codes(bot, answer), traceId);
        return Task.CompletedTask;
    }

    private static string? BotOf(string? path)
    {
        if (path is null || path.Length <= Before.Length + After.Length) return null;
        if (!path.EndsWith(After, StringComparison.Ordinal) || !path.StartsWith(Before, StringComparison.Ordinal)) return null;
        var bot = path[Before.Length..^After.Length];
        return TextRules.IsBotId(bot) ? bot : null;
    }

    private static bool TryReadQuestion(string? query, out OrderIntent intent, out long epoch)
    {
        (intent, epoch) = (OrderIntent.Open, 0);
        if (query is null) return false;
        foreach (var (form, asked) in s_forms)
        {
            if (!query.StartsWith(form, StringComparison.Ordinal)) continue;
            intent = asked;
            return long.TryParse(query.AsSpan(form.Length), NumberStyles.None, CultureInfo.InvariantCulture, out epoch);
        }

        return false;
    }
}
