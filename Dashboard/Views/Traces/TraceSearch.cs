using System.Text.Json.Serialization.Metadata;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Feed;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Session;
using ControlPlane.Dashboard.Views.Audit;
using ControlPlane.Dashboard.Views.Connections;
using ControlPlane.Dashboard.Views.Status;

namespace ControlPlane.Dashboard.Views.Traces;

/// <summary>Looks for a trace in the newest records of every list that this person may read.</summary>
public sealed class TraceSearch(ApiClient api, FeedStore store, SessionState session)
{
    /// <summary>Records of each list that are looked at.</summary>
    public const int Newest = 500;

    /// <summary>More bots than this are not looked through.</summary>
    public const int MostBots = 25;

    private readonly List<TraceFinding> _found = [];

    /// <summary>Lists that could not be read: something may stand there.</summary>
    public int Unread { get; private set; }

    public IReadOnlyList<TraceFinding> Found => _found;

    /// <summary>The trace id in what somebody typed or pasted, or null.</summary>
    public static string? Id(string text) => text.Trim() is { Length: 32 } id && id.All(char.IsAsciiHexDigit) ? id.ToLowerInvariant() : null;

    /// <param name="progress">Called after each list.</param>
    public async Task RunAsync(string trace, Action progress, CancellationToken cancellationToken)
    {
        await ListAsync("api/system/transitions", ControlPlaneJson.Default.ListAnswerTransitionRow, row => row.TraceId == trace, row => new(
            row.At, $"{(row.Subject == "system" ? "System" : GateNames.Plain(row.Subject))}: {row.From} became {row.To}", row.Message, $"history?t={Uri.EscapeDataString(row.At.UtcDateTime.ToString("O"))}"));
        if (session.IsOperator)
        {
            await ListAsync("api/audit", ControlPlaneJson.Default.ListAnswerAuditRow, row => row.TraceId == trace, row => new(
                row.At, AuditWords.Action(row.Action), $"{row.Target} {row.Outcome}, by {AuditWords.By(row.By, row.Role)}", "audit"));
        }

        foreach (var connection in store.Integrations.Values.Where(row => row.Configured || row.LastUsedAt is not null || row.LastVerifiedAt is not null))
        {
            var (path, door) = ($"api/integrations/{connection.Provider}", $"connections/{connection.Provider}");
            await ListAsync($"{path}/verifications", ControlPlaneJson.Default.ListAnswerVerificationRow, row => row.TraceId == trace, row => new(
                row.At, $"Verify of {connection.Name}: {VerifyWords.Of(row.Status)}", $"{row.HttpStatus} {row.ErrorCode}".Trim(), door));
            await ListAsync($"{path}/events", ControlPlaneJson.Default.ListAnswerUsageEventRow, row => row.TraceId == trace, row => new(
                row.OccurredAt, $"{row.BotId ?? "No bot"} called {connection.Name}", $"{row.Operation}, {row.Status.ToString().ToLowerInvariant()}", door));
        }

        foreach (var bot in store.Bots.Values.Take(MostBots))
        {
            var (path, door) = ($"api/bots/{Uri.EscapeDataString(bot.BotId)}", $"bots/{Uri.EscapeDataString(bot.BotId)}");
            await ListAsync($"{path}/decisions", ControlPlaneJson.Default.ListAnswerDecisionRow, row => row.TraceId == trace, row => new(
                row.OccurredAt, $"{bot.Name} decided: {row.Action} {row.Symbol}", row.Rationale ?? "", door));
            await ListAsync($"{path}/no-trades", ControlPlaneJson.Default.ListAnswerNoTradeRow, row => row.TraceId == trace, row => new(
                row.LastAt, $"{bot.Name} did not trade {row.Symbol}".TrimEnd(), string.Join(", ", row.Reasons.Select(reason => reason.Code)), door));
        }

        async Task ListAsync<T>(string path, JsonTypeInfo<ListAnswer<T>> form, Func<T, bool> carries, Func<T, TraceFinding> tell)
        {
            var answer = await api.GetAsync($"{path}?limit={Newest}", form, cancellationToken);
            if (answer.Value is { } list) _found.AddRange(list.Items.Where(carries).Select(tell));
            else Unread++;
            _found.Sort(static (a, b) => a.At.CompareTo(b.At));
            progress();
        }
    }
}
