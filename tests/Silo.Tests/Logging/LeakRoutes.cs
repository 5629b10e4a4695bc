using System.Collections;
using ControlPlane.Grains.Secrets;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Tests.Logging;

#pragma warning disable CA2254 // A template with a value in it is one of the routes.

/// <summary>Every way a value can get into an event. Each writes one event.</summary>
internal static partial class LeakRoutes
{
    public static readonly Dictionary<string, Action<ILogger, string>> All = new(StringComparer.Ordinal)
    {
        ["message"] = (log, s) => log.LogTrace("a " + s + " b"),
        ["property"] = (log, s) => log.LogDebug("a {Value} b", s),
        ["split"] = (log, s) => log.LogInformation("a " + s[..20] + "{Rest} b", s[20..]),
        ["unnamed property"] = (log, s) => log.Log(LogLevel.Warning, 7, new Dictionary<string, object?> { ["Extra"] = s }, null, (_, _) => "a"),
        ["property name"] = (log, s) => log.Log(LogLevel.Warning, 7, new Dictionary<string, object?> { [s] = 1 }, null, (_, _) => "a"),
        ["event id"] = (log, s) => log.Log(LogLevel.Warning, new EventId(7, s), "a", null, (state, _) => state),
        ["scope"] = (log, s) => InScope(log, "scope of " + s),
        ["scope pairs"] = (log, s) => InScope(log, new Dictionary<string, object> { ["Key"] = s }),
        ["destructured"] = (log, s) => log.LogError("a {@Value}", new { Deep = new { Key = s, List = new[] { s } } }),
        ["destructured dictionary"] = (log, s) => log.LogError("a {@Value}", new Dictionary<string, object> { [s] = s }),
        ["stringified"] = (log, s) => log.LogError("a {$Value}", new { Key = s }),
        ["record"] = (log, s) => log.LogError("a {Value}", new Holder(s)),
        ["array"] = (log, s) => log.LogError("a {Value}", (object)new[] { s, s }),
        ["bytes"] = (log, s) => log.LogError("a {Value}", System.Text.Encoding.UTF8.GetBytes(s)),
        ["secret"] = (log, s) => log.LogError("a {Value} {@Same}", new Secret(s), new { Inner = new Secret(s) }),
        ["exception"] = (log, s) => log.LogCritical(Thrown("bad " + s), "a"),
        ["inner exception"] = (log, s) => log.LogCritical(new InvalidOperationException("outer", new FormatException(s, new FormatException(s))), "a"),
        ["aggregate"] = (log, s) => log.LogCritical(new AggregateException(new FormatException("x"), new AggregateException(new FormatException(s))), "a"),
        ["exception data"] = (log, s) => log.LogCritical(WithData(s), "a"),
        ["exception of an aggregate's data"] = (log, s) => log.LogCritical(new AggregateException(new FormatException("x"), WithData(s)), "a"),
        ["exception that prints itself"] = (log, s) => log.LogCritical(new Loud(s), "a"),
        ["exception's stack"] = (log, s) => log.LogCritical(new Located(s), "a"),
        ["exception's stack, inside an aggregate"] = (log, s) => log.LogCritical(new AggregateException(new FormatException("x", new Located(s))), "a"),
        ["exception of a source-generated message"] = (log, s) => log.LogFailed("bot", new InvalidOperationException("outer", new Located(s))),
        ["exception in a property"] = (log, s) => log.LogCritical("a {Error}", Thrown(s)),
        ["request"] = (log, s) => log.LogError("failed: {Request}", Request(s)),
        ["request, destructured"] = (log, s) => log.LogError("failed: {@Request}", Request(s)),
        ["address"] = (log, s) => log.LogError("failed: {Address}", new Uri("https://api.example.org/bot" + s + "/getMe")),
        ["path"] = (log, s) => log.LogError("failed: {RequestPath} {QueryString}", "/" + s, "?k=" + s),
        ["JSON in JSON"] = (log, s) => log.LogError("body {Text}", System.Text.Json.JsonSerializer.Serialize(System.Text.Json.JsonSerializer.Serialize(new { s }))),
        ["many lines"] = (log, s) => log.LogError("a\r\n{Value}\u2028\u001b[31m", "x\n" + s + "\ny"),
    };

    [LoggerMessage(1, LogLevel.Error, "Bot {BotId} failed.")]
    private static partial void LogFailed(this ILogger log, string botId, Exception exception);

    private static void InScope<T>(ILogger log, T state) where T : notnull
    {
        using (log.BeginScope(state))
            log.LogInformation("in a scope");
    }

    private static Exception Thrown(string message)
    {
        try
        {
            throw new InvalidOperationException(message);
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }

    private static InvalidOperationException WithData(string value)
    {
        var exception = new InvalidOperationException("outer", new FormatException("inner"));
        exception.InnerException!.Data["key"] = value;
        exception.Data[value] = 1;
        return exception;
    }

    private static HttpRequestMessage Request(string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "https://api.example.org/v1/" + value + "?k=" + value);
        request.Headers.Add("X-Whatever", value);
        return request;
    }

    private sealed record Holder(string Key);

    /// <summary>Its source file lies in a folder named like the secret.</summary>
    private sealed class Located(string value) : Exception("quiet")
    {
        public override string StackTrace => $"   at A.B.C(String key) in /home/{value}/src/A.cs:line 7\n   at A.D() in /src/{value}.cs:line 9";
    }

    private sealed class Loud(string value) : Exception("quiet")
    {
        public override IDictionary Data => new Hashtable { [1] = value };

        public override string ToString() => "loud " + value;
    }
}
