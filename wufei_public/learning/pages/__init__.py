"""Pages: 分类查询 for everybody, the dictionary's desk, articles, the daily quiz."""
