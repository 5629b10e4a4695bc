namespace ControlPlane.Abstractions;

/// <summary>On whose behalf calls to providers are made. Flows with the asynchronous code that opened it, not to other threads' work.</summary>
/// <example><c>using (IntegrationUsageScope.ForBot("momentum-es", "u1")) await http.GetAsync(...);</c></example>
public static class IntegrationUsageScope
{
    private static readonly AsyncLocal<Caller?> s_current = new();

    /// <summary>Request option: the bot of this one request, before that of the scope.</summary>
    public static HttpRequestOptionsKey<string> BotId { get; } = new("ControlPlane.Usage.BotId");

    /// <summary>Request option: the user of this one request, before that of the scope.</summary>
    public static HttpRequestOptionsKey<string> UserId { get; } = new("ControlPlane.Usage.UserId");

    /// <summary>Request option: the operation label of this one request instead of the one made from its method and path.
    /// It must hold no key; it is cut at <c>?</c> all the same.</summary>
    public static HttpRequestOptionsKey<string> Operation { get; } = new("ControlPlane.Usage.Operation");

    internal static string? CurrentBot => s_current.Value?.BotId;

    internal static string? CurrentUser => s_current.Value?.UserId;

    /// <summary>Until it is disposed, calls made from here are this bot's.</summary>
    public static IDisposable ForBot(string botId, string? userId = null)
    {
        var scope = new Scope(s_current.Value);
        s_current.Value = new Caller(botId, userId);
        return scope;
    }

    private sealed record Caller(string BotId, string? UserId);

    private sealed class Scope(Caller? before) : IDisposable
    {
        public void Dispose() => s_current.Value = before;
    }
}
