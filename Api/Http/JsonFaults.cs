using System.Text;
using System.Text.Json;

namespace ControlPlane.Api.Http;

/// <summary>What a reader of JSON throws when the text is at fault. A lone surrogate in a name is no <see cref="JsonException"/>.</summary>
internal static class JsonFaults
{
    public static bool IsMalformed(Exception exception) =>
        exception is JsonException or InvalidOperationException or DecoderFallbackException;
}
