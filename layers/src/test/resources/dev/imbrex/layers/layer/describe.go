// Describes the archives in a file, each after its length in four bytes, as archive/tar reads them.
package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sort"
	"strings"
)

const most = 1 << 20

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		panic(err)
	}
	in := bufio.NewReader(file)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		var length uint32
		if binary.Read(in, binary.BigEndian, &length) != nil {
			return
		}
		archive := make([]byte, length)
		if _, err := io.ReadFull(in, archive); err != nil {
			panic(err)
		}
		describe(tar.NewReader(bytes.NewReader(archive)), out)
	}
}

func describe(in *tar.Reader, out io.Writer) {
	total := int64(0)
	for {
		header, err := in.Next()
		if err == io.EOF {
			fmt.Fprintln(out, "end")
			return
		}
		if err != nil {
			fmt.Fprintln(out, "refused", err)
			return
		}
		if header.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		sum := crc32.NewIEEE()
		size, err := io.CopyN(sum, in, most+1)
		if err != nil && err != io.EOF {
			fmt.Fprintln(out, "refused", err)
			return
		}
		total += size
		if total > most {
			fmt.Fprintln(out, "large")
			return
		}
		fmt.Fprintln(out, entry(header, size, sum.Sum32()))
	}
}

func entry(header *tar.Header, size int64, sum uint32) string {
	kind, link, major, minor := "-", "", int64(0), int64(0)
	switch header.Typeflag {
	case tar.TypeLink, tar.TypeSymlink:
		kind, link = string(header.Typeflag), header.Linkname
	case tar.TypeChar, tar.TypeBlock:
		kind, major, minor = string(header.Typeflag), header.Devmajor, header.Devminor
	case tar.TypeDir, tar.TypeFifo:
		kind = string(header.Typeflag)
	}
	return fmt.Sprintf("entry %s %x %x %o %d:%d %d.%09d %d,%d %d=%08x %s",
		kind, header.Name, link, header.Mode&07777, header.Uid, header.Gid,
		header.ModTime.Unix(), header.ModTime.Nanosecond(), major, minor, size, sum, xattrs(header))
}

func xattrs(header *tar.Header) string {
	var found []string
	for key, value := range header.PAXRecords {
		if strings.HasPrefix(key, "LIBARCHIVE.xattr.") {
			return "?"
		}
		if name, ok := strings.CutPrefix(key, "SCHILY.xattr."); ok {
			found = append(found, fmt.Sprintf("%x=%x", name, value))
		}
	}
	sort.Strings(found)
	return strings.Join(found, ",")
}
