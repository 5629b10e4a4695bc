using ControlPlane.Contracts;
using ControlPlane.Dashboard.Http;

namespace ControlPlane.Dashboard.Views.Status;

/// <summary>What each bot's next tier needs, which its row does not say; read for the bots that are shown, in one request.</summary>
internal sealed class NextTiers(ApiClient api)
{
    /// <summary>More bots than this are not asked for: their own page says it.</summary>
    public const int Most = 25;

    private Dictionary<string, NextTierRow> _rows = new(StringComparer.Ordinal);
    private HashSet<string> _unread = new(StringComparer.Ordinal);

    /// <summary>Null when it was not asked for yet, or could not be read.</summary>
    public NextTierRow? Of(string botId) => _rows.GetValueOrDefault(botId);

    public bool IsUnread(string botId) => _unread.Contains(botId);

    public async Task ReadAsync(IEnumerable<string> bots, CancellationToken cancellationToken)
    {
        var ids = bots.Take(Most).ToList();
        if (ids.Count == 0) return;
        var answer = await api.GetAsync($"api/autonomy/next?bots={Uri.EscapeDataString(string.Join(',', ids))}", ControlPlaneJson.Default.NextTiersAnswer, cancellationToken);
        if (cancellationToken.IsCancellationRequested) return;
        _rows = (answer.Value?.Items ?? []).ToDictionary(row => row.BotId, StringComparer.Ordinal);
        _unread = answer.Value is { } read ? [.. read.Unavailable.Select(row => row.Field)] : [.. ids];
    }
}
