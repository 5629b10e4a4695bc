using ControlPlane.Contracts;
using ControlPlane.Dashboard.Http;

namespace ControlPlane.Dashboard.Views.Status;

/// <summary>What each bot's next tier needs, which its row does not say; read once a minute for the bots that are shown.</summary>
internal sealed class NextTiers(ApiClient api, TimeProvider time)
{
    /// <summary>More bots than this are not asked for: their own page says it.</summary>
    public const int Most = 25;

    private static readonly TimeSpan s_kept = TimeSpan.FromSeconds(60);
    private readonly Dictionary<string, (ApiResult<AutonomyAnswer> Answer, long At)> _read = new(StringComparer.Ordinal);

    /// <summary>Null when it was not asked for yet.</summary>
    public ApiResult<AutonomyAnswer>? Of(string botId) => _read.TryGetValue(botId, out var read) ? read.Answer : null;

    /// <summary>Asks for those that are missing or old; true when any answer came.</summary>
    public async Task<bool> ReadAsync(IEnumerable<string> bots, CancellationToken cancellationToken)
    {
        var due = bots.Take(Most).Where(bot => !_read.TryGetValue(bot, out var read) || time.GetElapsedTime(read.At) >= s_kept).ToList();
        foreach (var bot in due)
        {
            var answer = await api.GetAsync($"api/bots/{Uri.EscapeDataString(bot)}/autonomy", ControlPlaneJson.Default.AutonomyAnswer, cancellationToken);
            _read[bot] = (answer, time.GetTimestamp());
        }

        return due.Count > 0;
    }
}
