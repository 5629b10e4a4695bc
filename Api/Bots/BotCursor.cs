using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Grains;

namespace ControlPlane.Api.Bots;

/// <summary>Where a page of bots ended: base64url of the last one's registration, in microseconds, and its id.</summary>
internal readonly record struct BotCursor(long RegisteredAt, string BotId)
{
    public static BotCursor Of(BotView bot) => new(Place(bot), bot.BotId);

    /// <summary>Newest first; 0 for bots from before the time was kept.</summary>
    public static long Place(BotView bot) => bot.RegisteredAt is { } at ? (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond : 0;

    /// <summary>True when the bot comes behind this place.</summary>
    public bool IsBefore(BotView bot) => Place(bot) is var place && (place < RegisteredAt || (place == RegisteredAt && string.CompareOrdinal(bot.BotId, BotId) > 0));

    public string Format() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{RegisteredAt}/{BotId}")));

    /// <exception cref="InvalidCursorException">Not a cursor of this list.</exception>
    public static BotCursor Parse(string cursor)
    {
        if (!Base64Url.IsValid(cursor)) throw new InvalidCursorException();
        var text = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('/', 2);
        return text is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && TextRules.IsBotId(id)
            ? new(place, id)
            : throw new InvalidCursorException();
    }
}
