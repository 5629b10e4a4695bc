using System.Buffers.Text;
using System.Text;
using ControlPlane.Api.Http;
using ControlPlane.Grains;

namespace ControlPlane.Api.Bots;

/// <summary>Where a page of bots ended: base64url of the last id.</summary>
internal static class BotCursor
{
    public static string Format(string botId) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(botId));

    /// <exception cref="InvalidCursorException">Not a cursor of this list.</exception>
    public static string Parse(string cursor)
    {
        if (!Base64Url.IsValid(cursor)) throw new InvalidCursorException();
        var id = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor));
        return TextRules.IsBotId(id) ? id : throw new InvalidCursorException();
    }
}
