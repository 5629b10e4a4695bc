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
                var notice = await _grains.ChangeFeed().WaitForChanges(request).WaitAsync(s_noticeLimit, _time, stoppingToken);
                (board, position) = (notice.Activation, notice.Position);
                if (notice.All) RoundSoon();
                else if (await _reader.ReadAsync(notice.Subjects)) PublishAll();
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // The rounds go on without notices.
                await Task.Delay(s_afterFailure, _time, stoppingToken);
            }
        }
    }
}
