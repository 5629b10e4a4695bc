using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;

namespace ControlPlane.Api.Live;

/// <summary>Notices: the board of changes says which rows to look at, one request after the other.</summary>
internal sealed partial class LiveFeed
{
    private const int HoldMs = 1_000;
    private static readonly TimeSpan s_noticeLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_afterFailure = TimeSpan.FromMilliseconds(250);

    private async Task NoticesAsync(CancellationToken stoppingToken)
    {
        var (board, position) = (Guid.Empty, 0L);
        while (true)
        {
            await _subscribers.AnyAsync(stoppingToken);
            try
            {
                var request = new ChangeRequest(board, position, HoldMs);
                var notice = await _grains.ChangeBoard().WaitForChanges(request).WaitAsync(s_noticeLimit, _time, stoppingToken);
                (board, position) = (notice.Activation, notice.Position);
                if (notice.All) RoundSoon();
                else if (await ReadAsync(notice.Subjects)) TellAll();
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The rounds go on without notices.
                await Task.Delay(s_afterFailure, _time, stoppingToken);
            }
        }
    }

    private async Task<bool> ReadAsync(ChangedSubjects subjects)
    {
        if (subjects.Providers.IsEmpty && subjects.Bots.IsEmpty) return false;
        await Task.WhenAll(subjects.Providers.Select(ReadProviderAsync));
        if (!subjects.Bots.IsEmpty) _rows.Offer(await _cluster.BotsAsync(subjects.Bots), subjects.Bots);
        return true;
    }

    private async Task ReadProviderAsync(string id)
    {
        if (_catalogue.Find(id) is not { } provider) return;
        try
        {
            if (await _cluster.ProviderStatusAsync(id) is { } status) _rows.Offer(provider, status);
        }
        catch (Exception)
        {
            _rows.Offer(provider, status: null);
        }
    }
}
