using System.Text;

namespace ControlPlane.EndToEnd.Tests.Otlp;

/// <summary>As much of protobuf's wire format as it takes to find a text within messages.</summary>
internal static class ProtobufFields
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Lengthed = 2;
    private const int Fixed32 = 5;

    /// <summary>Every text at this path of field numbers.</summary>
    public static IEnumerable<string> Texts(ReadOnlyMemory<byte> message, params int[] path) =>
        Fields(message, path[0]).SelectMany(field => path.Length == 1 ? [Encoding.UTF8.GetString(field.Span)] : Texts(field, path[1..]));

    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int wanted)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message.Span, ref at);
            switch ((int)(tag & 7))
            {
                case Varint:
                    Number(message.Span, ref at);
                    break;
                case Fixed64:
                    at += 8;
                    break;
                case Fixed32:
                    at += 4;
                    break;
                case Lengthed:
                    var length = (int)Number(message.Span, ref at);
                    if ((int)(tag >> 3) == wanted) found.Add(message.Slice(at, length));
                    at += length;
                    break;
                default:
                    throw new InvalidDataException("Not a message of protobuf.");
            }
        }

        return found;
    }

    private static ulong Number(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80) return value;
        }
    }
}
