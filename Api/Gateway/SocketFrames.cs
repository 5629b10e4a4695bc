using System.Buffers;
using System.Buffers.Binary;
using ControlPlane.Grains.Secrets.Redaction;

namespace ControlPlane.Api.Gateway;

/// <summary>Frames of a WebSocket as a server sends them (RFC 6455, 5.2). Text messages are written anew without our secrets, in as many fragments
/// as pieces came. All else stays as it is.</summary>
internal sealed class SocketFrames(AnswerText text) : IDisposable
{
    private const byte Final = 0x80;
    private const byte Reserved = 0x70;
    private const byte Masked = 0x80;
    private const int Continuation = 0;
    private const int Text = 1;
    private const int Close = 8;
    private const int LargestControl = 125;

    private readonly byte[] _head = new byte[14];
    private readonly ArrayBufferWriter<byte> _control = new(LargestControl);
    private readonly ArrayBufferWriter<byte> _clean = new();
    private StreamScrubber? _message;
    private int _headLength;
    private ulong _left;
    private bool _isWithin;
    private bool _isFirst;
    private bool _wroteFinal;

    private bool IsFinal => (_head[0] & Final) != 0;

    private int Opcode => _head[0] & 0x0F;

    private bool IsControl => Opcode >= Close;

    /// <exception cref="IOException">It is no frame that a server may send.</exception>
    public void Take(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        while (!bytes.IsEmpty)
        {
            if (!_isWithin)
            {
                var count = Math.Min(HeadLength() - _headLength, bytes.Length);
                bytes[..count].CopyTo(_head.AsSpan(_headLength));
                _headLength += count;
                bytes = bytes[count..];
                if (_headLength < HeadLength()) continue;
                Begin(output);
                if (_left == 0) End(output);
                continue;
            }

            var length = (int)Math.Min(_left, (ulong)bytes.Length);
            _left -= (ulong)length;
            Payload(bytes[..length], output);
            bytes = bytes[length..];
            if (_left == 0) End(output);
        }
    }

    public void Dispose() => _message?.Dispose();

    private int HeadLength() => _headLength < 2 ? 2 : (_head[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };

    private void Begin(IBufferWriter<byte> output)
    {
        // Compression is never agreed on here: what claims to be compressed could hide anything.
        if ((_head[0] & Reserved) != 0 || (_head[1] & Masked) != 0) throw new IOException("The provider sent a frame that it may not send.");
        _isWithin = true;
        _left = (_head[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_head.AsSpan(2)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(_head.AsSpan(2)),
            var length => (ulong)length,
        };
        if (IsControl)
        {
            if (_left > LargestControl || !IsFinal) throw new IOException("The provider sent a frame that it may not send.");
            return;
        }

        if (Opcode == Text) (_message, _isFirst) = (text.Scrubber(AnswerKind.Text), true);
        if (_message is null) output.Write(_head.AsSpan(0, _headLength));
    }

    private void Payload(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (IsControl) _control.Write(bytes);
        else if (_message is null) output.Write(bytes);
        else if (_left > 0) Fragment(bytes, last: false, output);
        else Fragment(bytes, last: IsFinal, output);
    }

    private void End(IBufferWriter<byte> output)
    {
        if (IsControl) EndControl(output);
        else if (_message is not null && IsFinal)
        {
            // A message may end with a frame that is empty.
            if (!_wroteFinal) Fragment([], last: true, output);
            _message.Dispose();
            _message = null;
        }

        (_isWithin, _headLength, _wroteFinal) = (false, 0, false);
    }

    private void Fragment(ReadOnlySpan<byte> bytes, bool last, IBufferWriter<byte> output)
    {
        _clean.ResetWrittenCount();
        _message!.Push(bytes, last, _clean);
        if (_clean.WrittenCount == 0 && !last) return;
        Write((byte)((last ? Final : 0) | (_isFirst ? Text : Continuation)), _clean.WrittenSpan, output);
        (_isFirst, _wroteFinal) = (false, last);
    }

    /// <summary>A reason to close, or the text of a ping, is cleaned as a whole. One that no longer fits is left out.</summary>
    private void EndControl(IBufferWriter<byte> output)
    {
        var prefix = Opcode == Close ? Math.Min(2, _control.WrittenCount) : 0;
        using var scrubber = text.Scrubber(AnswerKind.Text);
        _clean.ResetWrittenCount();
        _clean.Write(_control.WrittenSpan[..prefix]);
        scrubber.Push(_control.WrittenSpan[prefix..], last: true, _clean);
        Write(_head[0], _clean.WrittenCount <= LargestControl ? _clean.WrittenSpan : _clean.WrittenSpan[..prefix], output);
        _control.ResetWrittenCount();
    }

    private static void Write(byte first, ReadOnlySpan<byte> payload, IBufferWriter<byte> output)
    {
        var head = output.GetSpan(10);
        head[0] = first;
        var length = 2;
        if (payload.Length <= LargestControl)
        {
            head[1] = (byte)payload.Length;
        }
        else if (payload.Length <= ushort.MaxValue)
        {
            (head[1], length) = (126, 4);
            BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)payload.Length);
        }
        else
        {
            (head[1], length) = (127, 10);
            BinaryPrimitives.WriteUInt64BigEndian(head[2..], (ulong)payload.Length);
        }

        output.Advance(length);
        output.Write(payload);
    }
}
