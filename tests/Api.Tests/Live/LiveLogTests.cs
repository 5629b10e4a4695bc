using System.Text;
using ControlPlane.Api.Live;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Api.Tests.Live;

public sealed class LiveLogTests
{
    private readonly LiveLog _log = new(new FakeTimeProvider());

    [Fact]
    public void Closings_ThatWereOvertaken_AreStillTaken()
    {
        var cursor = _log.End;
        foreach (var (body, closing) in ((string, bool)[])[("open 1", false), ("closed 2", true), ("open 3", false), ("closed 4", true), ("open 5", false)]) _log.AppendSystem(Encoding.ASCII.GetBytes(body), closing);
        Assert.Equal(["closed 2", "closed 4", "open 5"], Take(ref cursor));
        Assert.Empty(Take(ref cursor));
    }

    [Fact]
    public void Closing_GoesOutBeforeRows_ThatCameBeforeIt()
    {
        var cursor = _log.End;
        _log.AppendRow(LiveKind.Bot, "b1", "bot"u8.ToArray());
        _log.AppendSystem("closed"u8.ToArray(), closing: true);
        Assert.Equal(["closed", "bot"], Take(ref cursor));
    }

    [Fact]
    public void Reader_ThatMissedAClosingWhichIsGone_IsTooSlow()
    {
        var (slow, quick) = (_log.End, _log.End);
        for (var turn = 0; turn <= LiveLog.KeptClosings; turn++)
        {
            _log.AppendSystem("closed"u8.ToArray(), closing: true);
            Take(ref quick);
        }

        Assert.True(_log.TryTake(ref quick, [], maxBytes: 1_000));
        Assert.False(_log.TryTake(ref slow, [], maxBytes: 1_000));
    }

    [Fact]
    public void Row_ThatWasOvertaken_IsTakenOnce_AsItIsNow()
    {
        var cursor = _log.End;
        _log.AppendRow(LiveKind.Bot, "b1", "old"u8.ToArray());
        _log.AppendRow(LiveKind.Bot, "b2", "other"u8.ToArray());
        _log.AppendRow(LiveKind.Bot, "b1", "new"u8.ToArray());
        Assert.Equal(["other", "new"], Take(ref cursor));
    }

    private string[] Take(ref LiveCursor cursor)
    {
        var taken = new List<LiveEntry>();
        Assert.True(_log.TryTake(ref cursor, taken, maxBytes: 1_000));
        return [.. taken.Select(entry => Encoding.ASCII.GetString(entry.Body.Span))];
    }
}
