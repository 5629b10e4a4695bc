using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Audit;
using ControlPlane.Grains.Secrets.Keys;

namespace ControlPlane.Grains.Storage.Seals;

/// <summary>MACs of what the database holds and can't make: HMAC-SHA-256 under a key of this installation. Each kind of input has its own prefix, and
/// each field its length. So no two inputs have the same MAC.</summary>
internal sealed class StoreMacs(ControlPlaneKeys keys)
{
    private const int MacBytes = 32;
    private readonly byte[] _key = keys.Derive(KeyPurposes.StoreMac);

    /// <summary>Begins every sealed row. What Orleans writes for a state never begins so.</summary>
    public static ReadOnlySpan<byte> Mark => [0xA5, 0x43, 0x50, 0x01];

    private static int HeaderBytes => Mark.Length + MacBytes;

    public static bool IsSealed(ReadOnlySpan<byte> row) => row.StartsWith(Mark);

    /// <summary>The row as it is written: mark, MAC, state.</summary>
    /// <param name="version">The version that the row has once this is written.</param>
    public byte[] Seal(string stateName, string key, long version, ReadOnlySpan<byte> state)
    {
        var row = new byte[HeaderBytes + state.Length];
        Mark.CopyTo(row);
        state.CopyTo(row.AsSpan(HeaderBytes));
        RowMac(stateName, key, version, state).CopyTo(row.AsSpan(Mark.Length));
        return row;
    }

    /// <summary>True when this installation wrote this row, for this grain, as this version.</summary>
    public bool Opens(string stateName, string key, long version, ReadOnlySpan<byte> row) =>
        row.Length >= HeaderBytes && IsSealed(row)
        && CryptographicOperations.FixedTimeEquals(row.Slice(Mark.Length, MacBytes), RowMac(stateName, key, version, row[HeaderBytes..]));

    /// <summary>The state in a row, whoever wrote it.</summary>
    public static ReadOnlyMemory<byte> StateOf(ReadOnlyMemory<byte> row) => IsSealed(row.Span) && row.Length >= HeaderBytes ? row[HeaderBytes..] : row;

    /// <summary>The MAC of an audit entry. Its hash covers all else of it.</summary>
    public string OfAudit(string hash) => Convert.ToHexStringLower(Mac("audit/v1", hash));

    /// <summary>True when this installation wrote this entry, and it is as it was.</summary>
    public bool Wrote(AuditEntry entry) =>
        entry.Mac is { } mac && Same(mac, OfAudit(entry.Hash)) && entry.Hash == AuditHash.Compute(entry.Sequence, entry.Fact, entry.PreviousHash);

    /// <summary>The MAC of a row outside grain state.</summary>
    /// <param name="content">Holds the row's table, key and version.</param>
    public string OfLedger(ReadOnlySpan<byte> content)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Add(mac, "ledger/v1");
        mac.AppendData(content);
        return Convert.ToHexStringLower(mac.GetHashAndReset());
    }

    public bool WroteLedger(ReadOnlySpan<byte> content, string mac) => Same(mac, OfLedger(content));

    public StoreMark Sign(StoreMark mark) => mark with { Mac = MarkMac(mark) };

    public bool Signed(StoreMark mark) => Same(mark.Mac, MarkMac(mark));

    private string MarkMac(StoreMark mark) =>
        Convert.ToHexStringLower(Mac("mark/v1", FormattableString.Invariant($"{mark.At.UtcTicks}"), FormattableString.Invariant($"{mark.AuditUpTo}"), string.Join(',', mark.Forged)));

    private byte[] RowMac(string stateName, string key, long version, ReadOnlySpan<byte> state)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        Add(mac, "row/v1");
        Add(mac, stateName);
        Add(mac, key);
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(number, version);
        mac.AppendData(number);
        mac.AppendData(state);
        return mac.GetHashAndReset();
    }

    private byte[] Mac(params ReadOnlySpan<string> fields)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key);
        foreach (var field in fields) Add(mac, field);
        return mac.GetHashAndReset();
    }

    private static void Add(IncrementalHash mac, string field)
    {
        var bytes = Encoding.UTF8.GetBytes(field);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        mac.AppendData(length);
        mac.AppendData(bytes);
    }

    private static bool Same(string given, string expected) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}
